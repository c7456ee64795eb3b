import type { ScopeTypes } from './scope-types.ts'

/** A path such as `steps.rootKey.outputs.keyId` inside an expression. */
export interface Reference {
  readonly path: readonly [string, ...string[]]
  /** Where each part of the path stands in the expression's text, `start` inclusive, `end` exclusive. */
  readonly ranges: readonly Range[]
  /** Inside `has(…)`: asks whether it is there. */
  readonly asked: boolean
  /** Index `[…]` by a computed value follows. */
  readonly computed: boolean
}

export interface Range {
  readonly start: number
  readonly end: number
}

/** The id of the step whose outputs a path reads. */
export function stepOf(reference: Reference, scope: ScopeTypes): string | undefined {
  return scope.stepRoots.has(reference.path[0]) ? reference.path[1] : undefined
}

/** A path and nothing else, which needs no CEL; `undefined` for any other expression. */
export function plainReference(source: string): Reference | undefined {
  if (!plain.test(source)) return undefined
  const [first, ...rest] = source.split('.')
  if (first === undefined || literals.has(first)) return undefined
  let start = 0
  const ranges = [first, ...rest].map((part) => {
    const range = { start, end: start + part.length }
    start = range.end + 1
    return range
  })
  return { path: [first, ...rest], ranges, asked: false, computed: false }
}

const plain = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/
const literals = new Set(['true', 'false', 'null', 'in'])
