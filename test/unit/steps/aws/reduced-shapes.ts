import type { Shape } from '../../../../steps/aws/simulator/shapes.ts'
import { resolved, type Model, type ModelShape } from './published-model.ts'

/** A simulator's shape reduced to what a published model has: kinds, members, what is required. */
export function fromTable(shape: Shape): unknown {
  switch (shape.kind) {
    case 'structure':
      return structure(shape.required, Object.entries(shape.members), fromTable)
    case 'list':
      return [fromTable(shape.of)]
    case 'map':
      return { map: fromTable(shape.of) }
    case 'enum':
      return 'string'
    default:
      return shape.kind
  }
}

/** A published shape, reduced in the same way. */
export function fromModel(model: Model, reference: ModelShape): unknown {
  const shape = resolved(model, reference)
  const reduce = (each: ModelShape): unknown => fromModel(model, each)
  switch (shape.type) {
    case 'structure':
      return structure(shape.required ?? [], Object.entries(shape.members ?? {}), reduce)
    case 'list':
      return [reduce(shape.member ?? {})]
    case 'map':
      return { map: reduce(shape.value ?? {}) }
    case 'long':
      return 'integer'
    default:
      return shape.type ?? 'string'
  }
}

function structure<S>(
  required: readonly string[],
  members: readonly [string, S][],
  reduce: (shape: S) => unknown,
): unknown {
  return {
    required: required.toSorted(),
    members: Object.fromEntries(
      members.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, each]) => [name, reduce(each)]),
    ),
  }
}
