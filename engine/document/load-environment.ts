import { collector, type Report } from '../diagnostics/collector.ts'
import type { Diagnostic, SourceFile } from '../diagnostics/diagnostic.ts'
import { entriesOf, itemsOf, member, stringOf, type MapNode, type Node } from '../expressions/node.ts'
import { nodeValue } from '../expressions/node-value.ts'
import { schemaFrom } from '../expressions/schema.ts'
import type { Family } from '../step/family.ts'
import type { JsonObject } from '../step/json.ts'
import type { SecretSource } from '../step/secret-source.ts'
import { catalogOf, type Catalog } from './catalog.ts'
import { checkSecretReferences, refuseSecretCircles, type Needs } from './check-secret-references.ts'
import { checkNode } from './schema/check-node.ts'
import { environmentSchema } from './grammar/environment-grammar.ts'
import type { BoundTarget, Environment } from './environment.ts'
import { openDocument } from './open-document.ts'
import { refuseUnknownKind } from './read-bindings.ts'
import { readPeople } from './read-people.ts'
import { readWindows } from './read-windows.ts'

export interface LoadedEnvironment {
  /** `undefined` when there are diagnostics. */
  readonly environment: Environment | undefined
  /** Every mistake of the file, by position. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads and checks an environment in one pass. */
export async function loadEnvironment(source: SourceFile, families: readonly Family[]): Promise<LoadedEnvironment> {
  const { report, list } = collector(source)
  const root = await openDocument(source, 'environment', environmentSchema, report)
  const environment = root === undefined ? undefined : await readEnvironment(root, source, families, report)
  const diagnostics = list()
  return { environment: diagnostics.length === 0 ? environment : undefined, diagnostics }
}

async function readEnvironment(
  root: MapNode,
  source: SourceFile,
  families: readonly Family[],
  report: Report,
): Promise<Environment> {
  const secretSources = new Map(
    families.flatMap(({ secretSources: own = [] }) => own.map((each) => [each.scheme, each] as const)),
  )
  const kind = kindOf(stringOf(member(root, 'kind')))
  const inputNodes = entriesOf(member(root, 'inputs')).flatMap(([name, { value }]) =>
    value.kind === 'map' ? [[name, value] as const] : [],
  )
  return {
    source,
    name: stringOf(member(root, 'environment')) ?? '',
    kind,
    bindings: readTargets(member(root, 'bindings'), catalogOf(families), secretSources, report),
    secretSources,
    bindingsSpan: root.entries.get('bindings')?.keySpan ?? root.span,
    approvers: approversOf(member(root, 'approvers')),
    ...(await readPeople(root, source, report)),
    approversSpan: (root.entries.get('approvers') ?? root.entries.get('environment'))?.keySpan ?? root.span,
    ...(await readWindows(root, report)),
    inputs: new Map(inputNodes.map(([name, node]) => [name, objectOf(node)])),
    inputNodes: new Map(inputNodes),
    answers: new Map(
      entriesOf(member(root, 'answers')).flatMap(([name, { value }]) =>
        value.kind === 'map' ? [[name, objectOf(value)] as const] : [],
      ),
    ),
    sandbox: readSandbox(root, report),
  }
}

/** Names by role. */
export function approversOf(node: Node | undefined): ReadonlyMap<string, readonly string[]> {
  return new Map(
    entriesOf(node).map(([role, { value }]) => [role, itemsOf(value).flatMap((name) => stringOf(name) ?? [])]),
  )
}

/** The plain value of a map. */
function objectOf(node: MapNode): JsonObject {
  return Object.fromEntries([...node.entries].map(([name, { value }]) => [name, nodeValue(value)]))
}

function readTargets(
  node: Node | undefined,
  catalog: Catalog,
  sources: ReadonlyMap<string, SecretSource>,
  report: Report,
): ReadonlyMap<string, BoundTarget> {
  const targets = new Map<string, BoundTarget>()
  const needs = new Map<string, Needs>()
  const bindings = new Map(
    entriesOf(node).map(([name, { value }]) => [name, catalog.bindingKinds.get(stringOf(member(value, 'kind')) ?? '')]),
  )
  for (const [name, { keySpan, value }] of entriesOf(node)) {
    const kindNode = member(value, 'kind')
    if (value.kind !== 'map' || kindNode === undefined) continue
    const kind = catalog.bindingKinds.get(stringOf(kindNode) ?? '')
    if (kind === undefined) {
      refuseUnknownKind(kindNode, catalog.bindingKinds.keys(), report)
      continue
    }
    const entries = new Map([...value.entries].filter(([key]) => key !== 'kind'))
    const config: MapNode = { kind: 'map', span: value.span, entries }
    checkNode(config, schemaFrom(kind.config), { report, key: keySpan })
    const own = checkSecretReferences(config, schemaFrom(kind.config), { sources, bindings, report })
    needs.set(name, own)
    targets.set(name, { kind, config: objectOf(config), span: keySpan, needs: [...own.keys()] })
  }
  refuseSecretCircles(needs, report)
  return targets
}

function readSandbox(root: MapNode, report: Report): Environment['sandbox'] {
  const kind = stringOf(member(root, 'kind'))
  const entry = root.entries.get('sandbox')
  if (entry !== undefined && (kind === 'test' || kind === 'production')) {
    const message = `\`sandbox\` belongs to \`kind: sandbox\`, found \`kind: ${kind}\``
    report({ code: 'meaningless-key', message, hint: 'leave it out', span: entry.keySpan })
  }
  if (entry === undefined) {
    if (kind !== 'sandbox') return undefined
    const hint = 'use the environment that `runbook sandbox` wrote'
    report({
      code: 'missing-key',
      message: 'key `sandbox` is missing',
      hint,
      span: member(root, 'kind')?.span ?? root.span,
    })
    return undefined
  }
  const control = stringOf(member(entry.value, 'control'))
  const token = stringOf(member(entry.value, 'token'))
  return control === undefined || token === undefined ? undefined : { control, token }
}

/** Anything else was reported, and counts as the kind with the strictest rules. */
function kindOf(text: string | undefined): Environment['kind'] {
  return text === 'sandbox' || text === 'test' ? text : 'production'
}
