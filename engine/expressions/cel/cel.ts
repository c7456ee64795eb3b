import type { ASTNode, Environment, TypeCheckResult } from '@marcbachmann/cel-js'
import { celReferences } from './cel-references.ts'
import { celTypeName, typeOfCelName } from './cel-types.ts'
import { fromCel } from './cel-values.ts'
import type { Json } from '../../step/json.ts'
import type { Range, Reference } from '../reference.ts'
import type { ScopeTypes } from '../scope-types.ts'
import type { Type } from '../type.ts'

/** CEL over the names of one scope. */
export interface Cel {
  /** Syntax only. */
  parse(source: string): ParsedCel | CelProblem
  functionNames(): readonly string[]
}

export interface ParsedCel {
  readonly state: 'parsed'
  readonly references: readonly Reference[]
  /** Types, supposing that every reference was found. */
  check(): { readonly state: 'checked'; readonly type: Type } | CelProblem
  /** @throws {CelFailure} when it has no value: division by zero, no such index */
  run(context: Readonly<Record<string, unknown>>): Json
}

export interface CelProblem {
  readonly state: 'wrong'
  /** As `@marcbachmann/cel-js` names it: `no_such_overload`. */
  readonly code: string
  readonly summary: string
  readonly range: Range
}

/** An expression has no value. */
class CelFailure extends Error {}

/** Loads `@marcbachmann/cel-js` on first use; a document of plain references never pays for it. */
export async function celFor(scope: ScopeTypes): Promise<Cel> {
  const library = await import('@marcbachmann/cel-js')
  const environment = new library.Environment({ unlistedVariablesAreDyn: false })
  // values were checked against their types where they came from; the library takes none of a list of objects for an item of it
  const untyped = new library.Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false })
  const named = new Map<string, Type>()
  for (const [name, type] of scope.roots)
    environment.registerVariable(name, celTypeName(type, name, environment, named))
  return {
    parse: (source) => parse({ environment, untyped }, source, named),
    functionNames: () => environment.getDefinitions().functions.map(({ name }) => name),
  }
}

interface Environments {
  /** Knows the types of the scope: for checking. */
  readonly environment: Environment
  /** For running. */
  readonly untyped: Environment
}

function parse(
  { environment, untyped }: Environments,
  source: string,
  named: ReadonlyMap<string, Type>,
): ParsedCel | CelProblem {
  try {
    const parsed = environment.parse(source)
    const ast: ASTNode = parsed.ast
    return {
      state: 'parsed',
      references: celReferences(ast),
      check: () => checked(parsed.check(), source, named),
      run: (context) => run(untyped.parse(source), context),
    }
  } catch (error) {
    return problemOf(error, source)
  }
}

function checked(result: TypeCheckResult, source: string, named: ReadonlyMap<string, Type>) {
  if (!result.valid) return problemOf(result.error, source)
  return { state: 'checked' as const, type: typeOfCelName(result.type ?? 'dyn', named) }
}

function run(parsed: (context: Record<string, unknown>) => unknown, context: Readonly<Record<string, unknown>>): Json {
  try {
    return fromCel(parsed({ ...context }))
  } catch (error) {
    throw new CelFailure(problemOf(error, '').summary, { cause: error })
  }
}

/** The library's error classes share `code`, `summary` and `range`; anything else is a bug and passes through. */
function problemOf(error: unknown, source: string): CelProblem {
  if (!(error instanceof Error)) throw error
  if (!('code' in error) || !('summary' in error)) throw error
  const range = 'range' in error && isRange(error.range) ? error.range : { start: 0, end: source.length }
  return { state: 'wrong', code: String(error.code), summary: String(error.summary), range }
}

function isRange(value: unknown): value is Range {
  return typeof value === 'object' && value !== null && 'start' in value && 'end' in value
}
