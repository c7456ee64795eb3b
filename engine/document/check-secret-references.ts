import type { Report } from '../diagnostics/collector.ts'
import { listNames } from '../diagnostics/list-names.ts'
import { nearest } from '../diagnostics/nearest.ts'
import { suggest } from '../diagnostics/suggest.ts'
import type { MapNode, Node, ScalarNode } from '../expressions/node.ts'
import type { Schema } from '../expressions/schema.ts'
import type { BindingKind } from '../step/binding-kind.ts'
import type { SecretSource } from '../step/secret-source.ts'
import { isSecret } from './schema/check-scalar.ts'
import { parseSecretReference } from './secret-reference.ts'

export interface SecretReferenceContext {
  readonly sources: ReadonlyMap<string, SecretSource>
  /** The bindings of the environment by name; `undefined`: of a kind that is unknown, which was reported. */
  readonly bindings: ReadonlyMap<string, BindingKind | undefined>
  readonly report: Report
}

/** The bindings that a binding's secrets come through, with the places of their names. */
export type Needs = ReadonlyMap<string, ScalarNode>

/** Checks the secret references of one binding, whose form was checked before. */
export function checkSecretReferences(config: MapNode, schema: Schema, context: SecretReferenceContext): Needs {
  const needs = new Map<string, ScalarNode>()
  for (const node of secretsIn(config, schema)) {
    const binding = checkReference(node, context)
    if (binding !== undefined && !needs.has(binding)) needs.set(binding, node)
  }
  return needs
}

/** Refuses bindings of which none could be opened first. */
export function refuseSecretCircles(needs: ReadonlyMap<string, Needs>, report: Report): void {
  for (const [name, own] of needs)
    for (const [through, node] of own) {
      const way = wayBack(through, name, needs)
      // a circle is one mistake: told at its first binding
      if (way === undefined || [...needs.keys()].find((each) => way.includes(each)) !== name) continue
      const message =
        through === name
          ? `binding \`${name}\` would have to be open for its own secret`
          : `none of ${listNames(way, 'and')} can be opened first: each needs a secret that comes through the next`
      report({ code: 'secret-circle', message, hint: 'keep one of these secrets elsewhere', span: node.span })
    }
}

/** The bindings on a way from one to another, both included; `undefined`: there is none. */
function wayBack(from: string, to: string, needs: ReadonlyMap<string, Needs>): readonly string[] | undefined {
  const seen = new Set<string>()
  const walk = (name: string): readonly string[] | undefined => {
    if (name === to) return [name]
    if (seen.has(name)) return undefined
    seen.add(name)
    for (const next of needs.get(name)?.keys() ?? []) {
      const rest = walk(next)
      if (rest !== undefined) return [name, ...rest]
    }
    return undefined
  }
  const way = walk(from)
  return way === undefined || from === to ? way : [to, ...way.slice(0, -1)]
}

/** @returns the binding that it goes through */
function checkReference(node: ScalarNode, { sources, bindings, report }: SecretReferenceContext): string | undefined {
  const reference = parseSecretReference(String(node.value))
  if (reference?.scheme !== 'other') return undefined
  const source = sources.get(reference.source)
  if (source === undefined) {
    unknownScheme(reference.source, node, [...sources.keys()], report)
    return undefined
  }
  const { binding, name } = reference
  if (binding === undefined || !new RegExp(source.names, 'u').test(name)) {
    report({
      code: 'wrong-form',
      message: `wanted \`${source.form}\`, found \`${String(node.value)}\``,
      span: node.span,
    })
    return undefined
  }
  if (!bindings.has(binding)) {
    const start = `${reference.source}:`.length
    report({
      code: 'unknown-binding',
      message: `unknown binding \`${binding}\` in a secret reference`,
      ...suggest(binding, bindings.keys()),
      span: { start: node.offsetOf(start), end: node.offsetOf(start + binding.length) },
    })
    return undefined
  }
  const kind = bindings.get(binding)
  if (kind !== undefined && kind.provides !== source.through) {
    const message = `wanted a binding that gives \`${source.through}\`; \`${binding}\` is of kind \`${kind.name}\`, which gives \`${kind.provides}\``
    report({ code: 'wrong-target', message, span: node.span })
  }
  return binding
}

/** A scheme that is near to none may be the beginning of a secret, written where its reference belongs. */
function unknownScheme(scheme: string, node: ScalarNode, sources: readonly string[], report: Report): void {
  const known = ['env', 'file', 'prompt', ...sources]
  const near = nearest(scheme, known)
  const code = 'unknown-secret-source'
  if (near !== undefined)
    return report({
      code,
      message: `no secret source is called \`${scheme}\``,
      hint: `did you mean \`${near}\`?`,
      span: node.span,
    })
  const message = `wanted a reference that begins with ${listNames(known, 'or')}, found a value`
  const hint = 'never write the secret itself; name where it is kept'
  report({ code, message, hint, span: node.span, masked: true })
}

/** The well-formed secret references of a value. */
function* secretsIn(node: Node, schema: Schema): Generator<ScalarNode> {
  for (const branch of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])])
    yield* secretsIn(node, branch)
  if (node.kind === 'scalar') {
    const { pattern = '' } = schema
    if (isSecret(schema) && typeof node.value === 'string' && new RegExp(pattern, 'u').test(node.value)) yield node
  } else if (node.kind === 'list') {
    if (schema.items !== undefined) for (const item of node.items) yield* secretsIn(item, schema.items)
  } else
    for (const [name, { value }] of node.entries) {
      const member = schema.properties?.[name] ?? schema.additionalProperties
      if (typeof member === 'object') yield* secretsIn(value, member)
    }
}
