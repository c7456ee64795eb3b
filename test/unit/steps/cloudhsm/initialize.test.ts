import { describe, expect, it } from 'vitest'
import { initialize } from '../../../../steps/cloudhsm/initialize.ts'
import { requestCertificate } from '../../../../steps/cloudhsm/request-certificate.ts'
import { verifyHsmIdentity } from '../../../../steps/cloudhsm/verify-hsm-identity.ts'
import { createCluster } from '../../../../steps/cloudhsm/create-cluster.ts'
import { readCluster } from '../../../../steps/cloudhsm/read-cluster.ts'
import { parseCertificate } from '../../../../steps/x509/model/certificate.ts'
import { failure } from '../acm-pca/run-step.ts'
import { makeAnchor, pem } from './hsm.ts'
import {
  certified,
  contextAt,
  done,
  effectId,
  found,
  rootsOf,
  settled,
  startStage,
  uninitialized,
  wantedCluster,
  zone,
} from './stages.ts'

describe('cloudhsm.verify-hsm-identity', () => {
  it('follows both chains to their roots and gives the request of that HSM', async () => {
    const stage = await startStage()
    const { clusterId } = await uninitialized(stage)
    const identity = await found(stage, verifyHsmIdentity, { clusterId, ...rootsOf(stage) })
    expect(identity).toMatchObject({ roots: 'sandbox', hsmSerial: expect.stringMatching(/\S/) })
    const request = await found(stage, requestCertificate, {
      clusterId,
      expectPublicKeySha256: identity.publicKeySha256,
    })
    expect(request.csrSha256).toBe(identity.csrSha256)
    expect(await found(stage, readCluster, { clusterId })).toMatchObject({ csrSha256: identity.csrSha256 })
  })

  it.each(['awsRootPem', 'manufacturerRootPem'])('refuses another root for `%s`', async (name) => {
    const stage = await startStage()
    const { clusterId } = await uninitialized(stage)
    const wanted = { clusterId, ...rootsOf(stage), [name]: pem(makeAnchor().certificate) }
    expect(await failure(verifyHsmIdentity.check(wanted, contextAt(stage)))).toMatchObject({ code: 'conflict' })
  })

  it('takes the roots of a sandbox on loopback only', async () => {
    const stage = await startStage()
    const { clusterId } = await uninitialized(stage)
    const context = contextAt(stage)
    // the same answers, as if they came from elsewhere
    const elsewhere = { ...context.target }
    Object.defineProperty(elsewhere, 'endpoint', { get: endpointOnce(stage.endpoint) })
    const work = verifyHsmIdentity.check({ clusterId, ...rootsOf(stage) }, { ...context, target: elsewhere })
    expect(await failure(work)).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('wanted `9c6958fcacbb6f0e36546be1f2ce59ad84ee206835e6977f697d30dce9a7b570`'),
    })
  })

  it('says that there is no HSM yet that could be verified', async () => {
    const stage = await startStage()
    const { clusterId } = await done(stage, createCluster, wantedCluster(stage))
    const work = verifyHsmIdentity.check({ clusterId, ...rootsOf(stage) }, contextAt(stage))
    expect(await failure(work)).toMatchObject({ code: 'not-found' })
  })
})

describe('cloudhsm.initialize', () => {
  it('goes from absent over pending to the certificate that the cluster shows', async () => {
    const stage = await startStage()
    const { clusterId } = await uninitialized(stage)
    const wanted = await certified(stage, clusterId)
    expect(await initialize.check(wanted, contextAt(stage))).toEqual({ state: 'absent' })
    const outputs = await done(stage, initialize, wanted)
    expect(outputs.state).toBe('INITIALIZED')
    expect(await settled(stage, initialize, wanted)).toEqual({ state: 'satisfied', outputs })
    expect(await initialize.describe?.(wanted)).toContain(outputs.clusterCertificateSha256)
  })

  it('finds its own after the answer was lost', async () => {
    const stage = await startStage()
    const { clusterId } = await uninitialized(stage)
    const wanted = await certified(stage, clusterId)
    stage.world.plan('cloudhsm:InitializeCluster', 'reset-after')
    expect(await failure(initialize.apply(wanted, contextAt(stage, { effectId })))).toMatchObject({
      outcomeUnknown: true,
    })
    expect(await settled(stage, initialize, wanted, { effectId })).toMatchObject({ state: 'satisfied' })
    expect(stage.world.effects.filter((each) => each === 'InitializeCluster')).toHaveLength(1)
  })

  it('sends nothing when the HSM was replaced since its request was signed', async () => {
    const stage = await startStage()
    const { clusterId, hsm } = await uninitialized(stage)
    const { publicKeySha256 } = await found(stage, requestCertificate, { clusterId })
    const wanted = await certified(stage, clusterId)
    await replaceHsm(stage, wanted)
    const look = await failure(settled(stage, initialize, wanted))
    expect(look).toMatchObject({ code: 'conflict', message: expect.stringContaining('changed, the HSM was replaced') })
    expect(await failure(initialize.apply(wanted, contextAt(stage, { effectId })))).toMatchObject({ code: 'conflict' })
    const again = requestCertificate.check({ clusterId, expectPublicKeySha256: publicKeySha256 }, contextAt(stage))
    expect(await failure(again)).toMatchObject({ code: 'conflict' })
    const [replaced] = (await found(stage, readCluster, { clusterId })).hsms
    expect(replaced).toMatchObject({ eniId: hsm.eniId, eniIp: hsm.eniIp, availabilityZone: zone })
    expect(replaced?.hsmId).not.toBe(hsm.hsmId)
    expect(stage.world.effects).not.toContain('InitializeCluster')
  })

  it('says that the HSM was replaced when that came between its look and its request', async () => {
    const stage = await startStage()
    const { clusterId } = await uninitialized(stage)
    const wanted = await certified(stage, clusterId)
    stage.world.plan('cloudhsm:InitializeCluster', 'replaced')
    const error = await failure(initialize.apply(wanted, contextAt(stage, { effectId })))
    expect(error).toMatchObject({ code: 'conflict', outcomeUnknown: false })
    expect(error.message).toContain('changed, the HSM was replaced')
  })

  it('is in conflict with a cluster that another certificate claimed', async () => {
    const stage = await startStage()
    const { clusterId } = await uninitialized(stage)
    const [wanted, other] = [await certified(stage, clusterId), await certified(stage, clusterId)]
    await done(stage, initialize, other)
    expect(await settled(stage, initialize, wanted)).toMatchObject({
      state: 'conflict',
      differs: expect.stringContaining(`\`${clusterId}\` was initialized with the certificate`),
    })
  })

  it('refuses what AWS would refuse before anything is sent', async () => {
    const stage = await startStage()
    const { clusterId } = await uninitialized(stage)
    const wanted = await certified(stage, clusterId)
    const other = pem(makeAnchor({ subject: parsed(wanted.certificatePem) }).certificate)
    for (const wrong of [
      { ...wanted, trustAnchorPem: wanted.certificatePem },
      { ...wanted, trustAnchorPem: other },
      { ...wanted, certificatePem: wanted.trustAnchorPem },
    ])
      expect(await failure(initialize.check(wrong, contextAt(stage)))).toMatchObject({ code: 'invalid' })
  })
})

function parsed(certificatePem: string): Uint8Array {
  return parseCertificate(certificatePem).subject
}

/** Loopback for the request, elsewhere for whoever asks afterwards. */
function endpointOnce(endpoint: string) {
  let asked = 0
  return () => ((asked += 1) <= 2 ? endpoint : 'https://cloudhsmv2.us-east-1.amazonaws.com')
}

/** AWS replaces the first HSM: the fault's request is refused, and the replacement stays. */
async function replaceHsm(
  stage: Awaited<ReturnType<typeof startStage>>,
  wanted: Awaited<ReturnType<typeof certified>>,
) {
  stage.world.plan('cloudhsm:InitializeCluster', 'replaced')
  await stage.client
    .initializeCluster({
      ClusterId: wanted.clusterId,
      SignedCert: wanted.certificatePem,
      TrustAnchor: wanted.trustAnchorPem,
    })
    .catch(() => undefined)
}
