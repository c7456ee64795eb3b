import { describe, expect, it } from 'vitest'
import { acmPcaService } from '../../../../steps/acm-pca/simulator/service.ts'
import { operations } from '../../../../steps/acm-pca/simulator/shapes.ts'
import { publishedModel } from '../aws/published-model.ts'
import { fromModel, fromTable } from '../aws/reduced-shapes.ts'

const model = publishedModel('acm-pca-2017-08-22')

describe('the simulator’s table of requests', () => {
  it('has exactly the 23 operations of the published model', () => {
    expect(Object.keys(operations).toSorted()).toEqual(Object.keys(model.operations).toSorted())
    expect(Object.keys(operations)).toHaveLength(23)
  })

  it.each(Object.entries(operations))('has the members of the published model: %s', (name, shape) => {
    expect(fromTable(shape)).toEqual(fromModel(model, model.operations[name]?.input ?? {}))
  })

  it('has the target prefix and signing name of the published model', () => {
    const { targetPrefix, signingName } = acmPcaService()
    expect({ targetPrefix, signingName }).toEqual({
      targetPrefix: model.metadata['targetPrefix'],
      signingName: model.metadata['signingName'],
    })
  })
})
