import { describe, expect, it } from 'vitest'
import type { FaultName } from '../../../../engine/step/simulator.ts'
import { createCa } from '../../../../steps/acm-pca/create-ca.ts'
import { importCaCertificate } from '../../../../steps/acm-pca/import-ca-certificate.ts'
import { callerIdentity } from '../../../../steps/aws/sts.ts'
import { startPca } from './pca.ts'
import { contextOf, failure } from './run-step.ts'

const wanted = {
  type: 'SUBORDINATE',
  keyAlgorithm: 'EC_secp384r1',
  signingAlgorithm: 'SHA384WITHECDSA',
  subject: { CommonName: 'Example' },
} as const

describe('a fault', () => {
  it.each<[FaultName, string, boolean, Record<string, unknown>, number]>([
    ['fail', 'transient', true, { errorClass: 'InternalFailure', httpStatus: 500 }, 0],
    ['deny', 'denied', false, { errorClass: 'AccessDeniedException', httpStatus: 400 }, 0],
    ['throttle', 'throttled', false, { errorClass: 'ThrottlingException', httpStatus: 400 }, 0],
    ['reset-before', 'transient', true, { systemCode: 'ECONNRESET' }, 0],
    ['reset-after', 'transient', true, { systemCode: 'ECONNRESET' }, 1],
    ['clock-skew', 'denied', false, { errorClass: 'InvalidSignatureException' }, 0],
  ])(
    '`%s` is `%s`, outcome unknown: %s, and the request was sent once',
    async (fault, code, outcomeUnknown, facts, effects) => {
      const { world, aws } = await startPca()
      world.plan('acm-pca:CreateCertificateAuthority', fault)
      const error = await failure(createCa.apply(wanted, contextOf(aws)))
      expect(error).toMatchObject({ code, outcomeUnknown, facts })
      expect(world.requests.filter((each) => each.startsWith('acm-pca:'))).toEqual([
        'acm-pca:CreateCertificateAuthority',
      ])
      expect(world.effects).toHaveLength(effects)
    },
  )

  it('`clock-skew` says to check the clock, and the next request is as good as any', async () => {
    const { world, aws } = await startPca()
    world.plan('acm-pca:CreateCertificateAuthority', 'clock-skew')
    expect((await failure(createCa.apply(wanted, contextOf(aws)))).hint).toContain("check this machine's clock")
    await createCa.apply(wanted, contextOf(aws))
    expect(world.effects).toEqual(['CreateCertificateAuthority'])
  })

  it('`hang` lasts until the caller cancels', async () => {
    const { world, aws } = await startPca()
    const stop = new AbortController()
    const take = world.faults.take
    world.faults.take = (service, operation) => {
      setImmediate(() => stop.abort())
      return take(service, operation)
    }
    world.plan('acm-pca:CreateCertificateAuthority', 'hang')
    const error = await failure(createCa.apply(wanted, { ...contextOf(aws), signal: stop.signal }))
    expect(error).toMatchObject({ code: 'cancelled', outcomeUnknown: true })
    expect(world.effects).toEqual([])
  })

  it.each<[FaultName, string]>([
    ['fail', 'transient'],
    ['deny', 'denied'],
    ['throttle', 'throttled'],
    ['clock-skew', 'denied'],
    ['reset-before', 'transient'],
  ])('`%s` of STS is `%s`', async (fault, code) => {
    const { world, aws } = await startPca()
    world.plan('sts:GetCallerIdentity', fault)
    expect((await failure(callerIdentity(aws, new AbortController().signal))).code).toBe(code)
  })
})

describe('an error of the service', () => {
  it('says transient and that nothing was sent when nobody listens', async () => {
    const { aws, running } = await startPca()
    await running.stop()
    const error = await failure(createCa.apply(wanted, contextOf(aws)))
    expect(error).toMatchObject({ code: 'transient', outcomeUnknown: false })
  })

  it('carries class, HTTP status and request id', async () => {
    const { aws } = await startPca()
    const arn = 'arn:aws:acm-pca:us-east-1:111122223333:thing/1'
    const error = await failure(importCaCertificate.check({ arn, certificatePem: '', chainPem: '' }, contextOf(aws)))
    expect(error.code).toBe('invalid')
    expect(error.facts).toMatchObject({ errorClass: 'InvalidArnException', httpStatus: 400 })
    expect(error.facts['requestId']).toMatch(/^[0-9a-f-]{36}$/)
  })
})
