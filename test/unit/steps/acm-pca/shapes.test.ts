import { describe, expect, it } from 'vitest'
import { acmPcaService } from '../../../../steps/acm-pca/simulator/service.ts'
import { operations } from '../../../../steps/acm-pca/simulator/shapes.ts'
import type { Shape } from '../../../../steps/aws/simulator/shapes.ts'
import { publishedModel, resolved, type ModelShape } from './published-model.ts'

/** A shape reduced to what the published model has: kinds, members, what is required. */
function fromTable(shape: Shape): unknown {
  switch (shape.kind) {
    case 'structure':
      return structure(shape.required, Object.entries(shape.members), fromTable)
    case 'list':
      return [fromTable(shape.of)]
    case 'enum':
      return 'string'
    default:
      return shape.kind
  }
}

function fromModel(reference: ModelShape): unknown {
  const shape = resolved(reference)
  switch (shape.type) {
    case 'structure':
      return structure(shape.required ?? [], Object.entries(shape.members ?? {}), fromModel)
    case 'list':
      return [fromModel(shape.member ?? {})]
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

describe('the simulator’s table of requests', () => {
  it('has exactly the 23 operations of the published model', () => {
    expect(Object.keys(operations).toSorted()).toEqual(Object.keys(publishedModel.operations).toSorted())
    expect(Object.keys(operations)).toHaveLength(23)
  })

  it.each(Object.entries(operations))('has the members of the published model: %s', (name, shape) => {
    expect(fromTable(shape)).toEqual(fromModel(publishedModel.operations[name]?.input ?? {}))
  })

  it('has the target prefix and signing name of the published model', () => {
    const { targetPrefix, signingName } = acmPcaService()
    expect({ targetPrefix, signingName }).toEqual({
      targetPrefix: publishedModel.metadata['targetPrefix'],
      signingName: publishedModel.metadata['signingName'],
    })
  })
})
