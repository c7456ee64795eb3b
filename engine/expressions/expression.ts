import type { SourceFile, Span } from '../diagnostics/diagnostic.ts'
import { positionAt } from '../diagnostics/position.ts'
import { StepError } from '../step/errors.ts'
import type { Json } from '../step/json.ts'
import type { Reference } from './reference.ts'
import type { Type } from './type.ts'
import { Unknown, type Scope } from './value.ts'

/** One `${{ … }}`, compiled. */
export interface Expression {
  /** What stands between the braces. */
  readonly text: string
  readonly source: SourceFile
  /** Of the text, in the file. */
  readonly span: Span
  readonly type: Type
  readonly references: readonly Reference[]
  /** Roots under which steps stand in this scope: `steps`, `world`. */
  readonly stepRoots: ReadonlySet<string>
  /** Ids of the steps whose outputs it reads. */
  readonly waitsFor: readonly string[]
  /** Called when every step it reads has outputs. */
  readonly run: (scope: Scope) => Json | undefined
}

/** @throws {StepError} `invalid` when it has no value */
export function evaluateExpression(expression: Expression, scope: Scope): Json | Unknown {
  const waitsFor = expression.references.flatMap(({ path: [root, step] }) => {
    const local = scope.locals?.[root]
    if (local instanceof Unknown) return local.waitsFor
    return step !== undefined && expression.stepRoots.has(root) ? waitFor(scope, root, step) : []
  })
  if (waitsFor.length > 0) return new Unknown([...new Set(waitsFor)])
  let value: Json | undefined
  try {
    value = expression.run(scope)
  } catch (error) {
    throw failed(expression, error instanceof Error ? error.message : String(error), error)
  }
  if (value === undefined) throw failed(expression, 'it has no value', undefined)
  return value
}

function waitFor(scope: Scope, root: string, step: string): readonly string[] {
  const steps = root === 'world' ? scope.world : scope.steps
  const found = steps !== undefined && step in steps ? steps[step] : undefined
  if (found === undefined) return [step]
  if (!(found instanceof Unknown)) return []
  return found.waitsFor.length > 0 ? found.waitsFor : [step]
}

function failed({ text, source, span }: Expression, why: string, cause: unknown): StepError {
  const { line, column } = positionAt(source.text, span.start)
  return new StepError('invalid', `expression \`${text}\` cannot be evaluated: ${why}`, {
    facts: { at: `${source.path}:${line}:${column}` },
    cause,
  })
}
