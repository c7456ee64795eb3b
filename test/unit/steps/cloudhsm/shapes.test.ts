import { describe, expect, it } from 'vitest'
import { cloudhsmService } from '../../../../steps/cloudhsm/simulator/service.ts'
import { operations } from '../../../../steps/cloudhsm/simulator/shapes.ts'
import { fromModel, fromTable } from '../aws/reduced-shapes.ts'
import { additions, cloudhsmModel, noLongerRequired, olderModel, shapeAt } from './cloudhsm-model.ts'

describe('the simulator’s table of requests', () => {
  it('has exactly the 18 operations of the published model', () => {
    expect(Object.keys(operations).toSorted()).toEqual(Object.keys(olderModel.operations).toSorted())
    expect(Object.keys(operations)).toHaveLength(18)
  })

  it.each(Object.entries(operations))('has the members of the published model: %s', (name, shape) => {
    expect(fromTable(shape)).toEqual(fromModel(cloudhsmModel, cloudhsmModel.operations[name]?.input ?? {}))
  })

  it('has the target prefix and signing name of the published model', () => {
    const { targetPrefix, signingName } = cloudhsmService()
    expect({ targetPrefix, signingName }).toEqual({
      targetPrefix: olderModel.metadata['targetPrefix'],
      signingName: olderModel.metadata['signingName'],
    })
  })
})

describe('what the simulator has more than npm’s model', () => {
  it.each(additions)('is not in it yet: $to, for $why', ({ to, members }) => {
    const known = Object.keys(shapeAt(olderModel, to).members ?? {})
    expect(Object.keys(members).filter((name) => known.includes(name))).toEqual([])
  })

  it('is not what it requires any more', () => {
    expect(shapeAt(olderModel, noLongerRequired.to).required).toContain(noLongerRequired.member)
  })
})
