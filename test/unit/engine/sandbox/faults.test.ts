import { describe, expect, it } from 'vitest'
import { FaultPlan } from '../../../../engine/sandbox/faults.ts'
import { faultNames } from '../../../../engine/step/simulator.ts'

describe('faults', () => {
  it('are used up in the order they were asked for, by operation', () => {
    const plan = new FaultPlan()
    plan.add('acm-pca.IssueCertificate=throttlex2')
    plan.add('acm-pca.IssueCertificate=reset-after')
    plan.add('sts.GetCallerIdentity=deny')
    const take = () => plan.take('acm-pca', 'IssueCertificate')
    expect([take(), take(), take(), take()]).toEqual(['throttle', 'throttle', 'reset-after', undefined])
    expect(plan.take('sts', 'GetCallerIdentity')).toBe('deny')
    expect(plan.take('sts', 'Other')).toBeUndefined()
  })

  it('have every name that simulators know', () => {
    for (const name of faultNames) {
      const plan = new FaultPlan()
      plan.add(`s.Op=${name}`)
      expect(plan.take('s', 'Op')).toBe(name)
    }
  })

  it('are refused when they are none, with the nearest name', () => {
    for (const text of [
      '',
      's.Op',
      's.Op=',
      '.Op=fail',
      'sOp=fail',
      's.Op=failx',
      's.Op=fail ',
      'S.Op=fail',
      's.Op=failx0',
    ])
      expect(() => new FaultPlan().add(text), text).toThrow(expect.objectContaining({ code: 'invalid' }))
    expect(() => new FaultPlan().add('s.Op=throtle')).toThrow(
      expect.objectContaining({ code: 'invalid', hint: 'did you mean `throttle`?' }),
    )
  })
})
