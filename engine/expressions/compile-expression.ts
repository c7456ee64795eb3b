import type { SourceFile } from '../diagnostics/diagnostic.ts'
import type { Report } from '../diagnostics/collector.ts'
import type { Json } from '../step/json.ts'
import { celFor, type Cel, type ParsedCel } from './cel/cel.ts'
import { toCel } from './cel/cel-values.ts'
import { explainCel } from './cel/explain-cel.ts'
import type { Expression } from './expression.ts'
import { plainReference, stepOf, type Range, type Reference } from './reference.ts'
import { resolveReference } from './resolve-reference.ts'
import type { Refusal, ScopeTypes } from './scope-types.ts'
import { anyType, type Type } from './type.ts'
import type { Scope } from './value.ts'

export interface ExpressionText {
  readonly text: string
  readonly source: SourceFile
  /** File offset of the character at `index` of `text`. */
  readonly offsetOf: (index: number) => number
}

/** Compiles one expression; `undefined` when a mistake in it was reported. */
export async function compileExpression(
  at: ExpressionText,
  scope: ScopeTypes,
  report: Report,
): Promise<Expression | undefined> {
  const refuse = (refusal: Refusal, { start, end }: Range): undefined => {
    report({ ...refusal, span: spanOf(at, start, end) })
  }
  const whole = { start: 0, end: at.text.length }
  if (at.text === '') return refuse({ code: 'bad-expression', message: 'the expression is empty' }, whole)
  const plain = plainReference(at.text)
  if (plain !== undefined) {
    const type = referenceType(plain, [plain], scope, refuse)
    return type && expression(at, scope, [plain], type, (values) => valueAt(values, plain.path))
  }
  const cel = await cached(scope)
  const parsed = cel.parse(at.text)
  if (parsed.state === 'wrong') return refuse(explainCel(parsed, cel), parsed.range)
  const types = parsed.references.map((reference) => referenceType(reference, parsed.references, scope, refuse))
  if (types.includes(undefined)) return undefined
  const checked = parsed.check()
  if (checked.state === 'wrong') return refuse(explainCel(checked, cel), checked.range)
  return expression(at, scope, parsed.references, checked.type, (values) => runCel(parsed, scope, values))
}

function spanOf({ offsetOf }: ExpressionText, start: number, end: number) {
  const first = offsetOf(start)
  return { start: first, end: Math.max(end > start ? offsetOf(end - 1) + 1 : first, first) }
}

/** The type of a reference; reports what is wrong with it. */
function referenceType(
  reference: Reference,
  all: readonly Reference[],
  scope: ScopeTypes,
  refuse: (refusal: Refusal, range: Range) => undefined,
): Type | undefined {
  const found = resolveReference(reference, scope)
  if (found.state === 'refused') return refuse(found.refusal, found.range)
  const name = reference.path.join('.')
  if (found.absent === undefined || all.some(({ asked, path }) => asked && `${name}.`.startsWith(`${path.join('.')}.`)))
    return found.type
  const asked = reference.path.slice(0, found.absent + 1).join('.')
  const hint = `write \`has(${asked}) ? ${name} : …\``
  return refuse(
    { code: 'may-be-absent', message: `\`${name}\` may be absent`, hint },
    {
      start: reference.ranges[0]?.start ?? 0,
      end: reference.ranges.at(-1)?.end ?? 0,
    },
  )
}

function expression(
  { text, source, offsetOf }: ExpressionText,
  scope: ScopeTypes,
  references: readonly Reference[],
  type: Type,
  run: (scope: Scope) => Json | undefined,
): Expression {
  const waitsFor = [...new Set(references.flatMap((reference) => stepOf(reference, scope) ?? []))]
  const span = spanOf({ text, source, offsetOf }, 0, text.length)
  return { text, source, span, type, references, stepRoots: scope.stepRoots, waitsFor, run }
}

function valueAt(scope: Scope, path: readonly string[]): Json | undefined {
  const [root = ''] = path
  let value: unknown = scope.locals !== undefined && root in scope.locals ? scope.locals : scope
  for (const name of path) {
    // scopes of steps inherit; nothing inherits from Object
    if (typeof value !== 'object' || value === null || !(name in value) || name in Object.prototype) return undefined
    value = Reflect.get(value, name)
  }
  // A scope holds JSON only; steps without outputs were dealt with before.
  return value as Json | undefined
}

/** Hands CEL only what the expression reads, with integers as CEL wants them. */
function runCel(parsed: ParsedCel, scope: ScopeTypes, values: Scope): Json {
  const context: Record<string, unknown> = {}
  for (const { path } of parsed.references) {
    const [root, step] = path
    const type = scope.roots.get(root) ?? anyType
    if (scope.stepRoots.has(root) && step !== undefined) {
      const member = type.kind === 'object' ? (type.members.get(step)?.type ?? anyType) : anyType
      context[root] = { ...asObject(context[root]), [step]: toCel(valueAt(values, [root, step]) ?? null, member) }
    } else context[root] = toCel(valueAt(values, [root]) ?? null, type)
  }
  return parsed.run(context)
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

/** One CEL environment for all places of a document that see the same names. */
function cached(scope: ScopeTypes): Promise<Cel> {
  let cel = cels.get(scope.roots)
  if (cel === undefined) cels.set(scope.roots, (cel = celFor(scope)))
  return cel
}

const cels = new WeakMap<ScopeTypes['roots'], Promise<Cel>>()
