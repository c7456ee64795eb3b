import { describe, expect, it } from 'vitest'
import { FaultPlan } from '../../../../engine/sandbox/faults.ts'
import { faultNames, worldFaultNames } from '../../../../engine/step/simulator.ts'

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

  it('happen in the call that they are aimed at, counted from when they were asked for', () => {
    const plan = new FaultPlan()
    plan.take('http', 'GET')
    plan.add('http.GET#2=failx2')
    const take = () => plan.take('http', 'GET')
    expect([take(), take(), take(), take()]).toEqual([undefined, 'fail', 'fail', undefined])
    expect(plan.counted()).toEqual(new Map([['http.GET', 5]]))
  })

  it('of PKCS#11 calls are handed to whoever makes them, also those that were asked for before', () => {
    const plan = new FaultPlan()
    const injected: unknown[] = []
    plan.add('pkcs11.C_Sign#3=lost')
    plan.handOver('pkcs11', {
      faultsOf: () => ['lost'],
      inject: (...injection) => injected.push(injection),
      count: () => undefined,
      counted: () => new Map([['C_Sign', 7]]),
    })
    plan.add('pkcs11.C_WrapKey=device-errorx2')
    expect(injected).toEqual([
      ['C_Sign', 3, 'lost'],
      ['C_WrapKey', 1, 'device-error'],
      ['C_WrapKey', 2, 'device-error'],
    ])
    expect(plan.counted()).toEqual(new Map([['pkcs11.C_Sign', 7]]))
    expect(() => plan.add('pkcs11.C_Sign=reset-after')).toThrow(expect.objectContaining({ code: 'invalid' }))
    expect(() => plan.add('http.GET=lost')).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  it('have every name that simulators know', () => {
    for (const name of [...faultNames, ...worldFaultNames]) {
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

  it('are those of every service, where no simulator says otherwise', () => {
    const plan = new FaultPlan()
    plan.declare('cloudhsm', 'InitializeCluster', [...faultNames, 'replaced'])
    expect(plan.faultsOf('cloudhsm', 'InitializeCluster')).toEqual([...faultNames, 'replaced'])
    expect(plan.faultsOf('cloudhsm', 'CreateHsm')).toEqual(faultNames)
  })

  it('that an operation cannot have are refused, once every simulator has said what it can', () => {
    const declared = (...asked: readonly string[]): FaultPlan => {
      const plan = new FaultPlan()
      for (const text of asked) plan.add(text) // nobody knows yet
      plan.declare('cloudhsm', 'InitializeCluster', [...faultNames, 'replaced'])
      plan.declare('cloudhsm', 'CreateHsm', faultNames)
      plan.declare('sts', 'GetCallerIdentity', faultNames)
      return plan
    }
    const possible = [
      'cloudhsm.InitializeCluster=replaced',
      'cloudhsm.InitializeCluster#2=failx2',
      'pkcs11.C_Sign=lost',
    ]
    const plan = declared(...possible)
    plan.settle()
    for (const text of possible) plan.add(text)
    const impossible = [
      'cloudhsm.InitializeCluster=purged',
      'cloudhsm.CreateHsm#2=replaced',
      'sts.GetCallerIdentity=slow',
    ]
    for (const text of impossible) {
      const refusal = expect.objectContaining({
        code: 'invalid',
        hint: expect.stringContaining('`throttle`') as string,
      })
      expect(() => plan.add(text), text).toThrow(refusal)
      expect(() => declared(text).settle(), text).toThrow(refusal)
    }
    const unknown = {
      'cloudhsm.CopyBackup=fail': 'use one of `InitializeCluster`, `CreateHsm`',
      'hsm.CreateHsm=fail': 'use one of `cloudhsm`, `sts`',
    }
    for (const [text, hint] of Object.entries(unknown)) {
      expect(() => plan.add(text), text).toThrow(expect.objectContaining({ code: 'invalid', hint }))
      expect(() => declared(text).settle(), text).toThrow(expect.objectContaining({ code: 'invalid', hint }))
    }
    expect(() => plan.add('cloudhsm.InitializeCluster=purged')).toThrow(
      '`cloudhsm.InitializeCluster` cannot have fault `purged`',
    )
  })
})
