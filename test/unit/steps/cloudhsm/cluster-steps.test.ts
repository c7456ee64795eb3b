import { describe, expect, it } from 'vitest'
import { effectTag, runTag } from '../../../../steps/aws/tags.ts'
import { checkQuota } from '../../../../steps/cloudhsm/check-quota.ts'
import { createCluster } from '../../../../steps/cloudhsm/create-cluster.ts'
import { createHsm } from '../../../../steps/cloudhsm/create-hsm.ts'
import { readCluster } from '../../../../steps/cloudhsm/read-cluster.ts'
import { failure } from '../acm-pca/run-step.ts'
import { clusterOf } from './hsm.ts'
import { contextAt, done, effectId, found, settled, startStage, uninitialized, wantedCluster, zone } from './stages.ts'

describe('cloudhsm.create-cluster', () => {
  it('makes a tagged cluster of the wanted mode, which the client itself cannot say', async () => {
    const stage = await startStage()
    const { clusterId, availabilityZones, state } = await done(
      stage,
      createCluster,
      wantedCluster(stage, { mode: 'NON_FIPS', networkType: 'DUALSTACK', tags: { owner: 'pki' } }),
    )
    expect([state, availabilityZones]).toEqual(['UNINITIALIZED', ['us-east-1a', 'us-east-1b', 'us-east-1c']])
    expect(await found(stage, readCluster, { clusterId })).toMatchObject({ mode: 'NON_FIPS', backupRetentionDays: 90 })
    expect((await clusterOf(stage, clusterId))?.TagList).toEqual([
      { Key: 'owner', Value: 'pki' },
      { Key: 'Name', Value: 'example-root' },
      { Key: effectTag, Value: 'k3x9.cloudhsm.create-cluster' },
      { Key: runTag, Value: 'contract-run' },
    ])
  })

  it('takes one of the same name that differs in nothing, and says who made it', async () => {
    const stage = await startStage()
    const wanted = wantedCluster(stage)
    const outputs = await done(stage, createCluster, wanted)
    expect(await settled(stage, createCluster, wanted)).toEqual({
      state: 'satisfied',
      outputs,
      madeBy: 'k3x9.cloudhsm.create-cluster',
    })
    expect(stage.world.effects).toEqual(['CreateCluster'])
  })

  it.each([
    ['HSM type', { hsmType: 'hsm1.medium' }],
    ['mode', { mode: 'NON_FIPS' as const }],
    ['network type', { networkType: 'DUALSTACK' as const }],
    ['backup retention in days', { backupRetentionDays: 7 }],
  ])('is in conflict with one of the same name of another %s', async (what, changed) => {
    const stage = await startStage()
    const { clusterId } = await done(stage, createCluster, wantedCluster(stage))
    expect(await settled(stage, createCluster, wantedCluster(stage, changed))).toMatchObject({
      state: 'conflict',
      differs: expect.stringMatching(`^\`${clusterId}\` has ${what} `),
    })
  })

  it('is in conflict with one of the same name in other subnets', async () => {
    const stage = await startStage()
    await done(stage, createCluster, wantedCluster(stage))
    const fewer = { ...wantedCluster(stage), subnetIds: stage.subnets.slice(1) }
    expect(await settled(stage, createCluster, fewer)).toMatchObject({ state: 'conflict' })
  })

  it('finds its own after the answer was lost, and makes no second one', async () => {
    const stage = await startStage()
    const wanted = wantedCluster(stage)
    stage.world.plan('cloudhsm:CreateCluster', 'reset-after')
    expect(await failure(createCluster.apply(wanted, contextAt(stage, { effectId })))).toMatchObject({
      code: 'transient',
      outcomeUnknown: true,
    })
    expect(await settled(stage, createCluster, wanted, { effectId })).toMatchObject({
      state: 'satisfied',
      madeBy: effectId,
    })
    expect(stage.world.effects).toEqual(['CreateCluster'])
  })

  it('names both clusters when two operators bring up the same one', async () => {
    const stage = await startStage()
    const wanted = wantedCluster(stage)
    stage.world.plan('cloudhsm:CreateCluster', 'done-by-another')
    const answer = (await createCluster.apply(wanted, contextAt(stage, { effectId }))) as { readonly clusterId: string }
    const ids = ((await stage.client.describeClusters({})).Clusters ?? []).map(({ ClusterId }) => String(ClusterId))
    expect(ids).toHaveLength(2)
    const conflict = await settled(stage, createCluster, wanted, { effectId, answer })
    expect(conflict).toMatchObject({
      state: 'conflict',
      differs: expect.stringContaining(`made \`${answer.clusterId}\``),
    })
    for (const id of ids) expect(conflict).toMatchObject({ differs: expect.stringContaining(`\`${id}\``) })
    // the other operator, who begins later, sees both as well
    expect(await settled(stage, createCluster, wanted)).toMatchObject({
      state: 'conflict',
      differs: expect.stringMatching('^2 clusters are named'),
    })
  })

  it('is in conflict when somebody else took the name before the request arrived', async () => {
    const stage = await startStage()
    const { clusterId } = await done(stage, createCluster, wantedCluster(stage), 'other.abcdef')
    expect(await settled(stage, createCluster, wantedCluster(stage), { effectId })).toMatchObject({
      state: 'conflict',
      differs: `somebody else made \`${clusterId}\` (effect \`other.abcdef\`) named \`example-root\` meanwhile`,
    })
  })

  it('undoes no cluster that has HSMs, nor one of another step', async () => {
    const stage = await startStage()
    const { clusterId } = await uninitialized(stage)
    const outputs = { clusterId } as never
    const { undo: takeBack } = createCluster
    if (typeof takeBack === 'string') throw new Error(takeBack)
    const undo = (id: string) => takeBack.run(wantedCluster(stage), outputs, contextAt(stage, { effectId: id }))
    expect(await failure(undo('k3x9.cloudhsm.create-cluster'))).toMatchObject({ code: 'in-use' })
    expect(await failure(undo('other.abcdef'))).toMatchObject({ code: 'conflict' })
    expect(stage.world.effects).not.toContain('DeleteCluster')
  })
})

describe('cloudhsm.create-hsm', () => {
  it('finds its own after the answer was lost, by where it was asked to be', async () => {
    const stage = await startStage()
    const { clusterId } = await done(stage, createCluster, wantedCluster(stage))
    const wanted = { clusterId, availabilityZone: zone, ipAddress: '10.0.1.44' }
    stage.world.plan('cloudhsm:CreateHsm', 'reset-after')
    expect(await failure(createHsm.apply(wanted, contextAt(stage, { effectId })))).toMatchObject({
      outcomeUnknown: true,
    })
    expect(await settled(stage, createHsm, wanted, { effectId })).toMatchObject({
      state: 'satisfied',
      outputs: { eniIp: '10.0.1.44', availabilityZone: zone },
    })
    expect(stage.world.effects).toEqual(['CreateCluster', 'CreateHsm'])
  })

  it('refuses an Availability Zone that the cluster has no subnet in', async () => {
    const stage = await startStage()
    const { clusterId } = await done(stage, createCluster, {
      ...wantedCluster(stage),
      subnetIds: stage.subnets.slice(1),
    })
    expect(await failure(createHsm.check({ clusterId, availabilityZone: zone }, contextAt(stage)))).toMatchObject({
      code: 'invalid',
      message: `cluster \`${clusterId}\` has no subnet in \`us-east-1a\`, only in \`us-east-1b\`, \`us-east-1c\``,
    })
  })

  it('says that somebody else made the first HSM when AWS refuses a second one', async () => {
    const stage = await startStage()
    const { clusterId } = await done(stage, createCluster, wantedCluster(stage))
    stage.world.plan('cloudhsm:CreateHsm', 'done-by-another')
    const work = createHsm.apply({ clusterId, availabilityZone: zone }, contextAt(stage, { effectId }))
    expect(await failure(work)).toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/^AWS refuses it, and `hsm-[a-z2-7]+` .* is there meanwhile$/),
    })
  })

  it('is in conflict with an HSM of the zone at another address', async () => {
    const stage = await startStage()
    const { clusterId } = await uninitialized(stage)
    const wanted = { clusterId, availabilityZone: zone, ipAddress: '10.0.1.200' }
    expect(await settled(stage, createHsm, wanted)).toMatchObject({ state: 'conflict' })
  })

  it('is in conflict with the wanted address in another zone', async () => {
    const stage = await startStage()
    const { clusterId, hsm } = await uninitialized(stage)
    const wanted = { clusterId, availabilityZone: 'us-east-1b', ipAddress: hsm.eniIp }
    expect(await settled(stage, createHsm, wanted)).toMatchObject({
      state: 'conflict',
      differs: expect.stringContaining('has that address, wanted in `us-east-1b`'),
    })
  })

  it('knows a cluster by its id alone', async () => {
    const stage = await startStage()
    const work = createHsm.check({ clusterId: 'cluster-igklspoyj5v', availabilityZone: zone }, contextAt(stage))
    expect(await failure(work)).toMatchObject({ code: 'not-found' })
  })
})

describe('cloudhsm.read-cluster', () => {
  it('waits for a state that comes by itself and fails for one that does not', async () => {
    const stage = await startStage()
    const answer = await createCluster.apply(wantedCluster(stage), contextAt(stage, { effectId }))
    const { clusterId } = answer as { readonly clusterId: string }
    const wanted = { clusterId, expectState: 'UNINITIALIZED' as const }
    expect(await readCluster.check(wanted, contextAt(stage))).toMatchObject({ state: 'pending' })
    expect(await found(stage, readCluster, wanted)).toMatchObject({ state: 'UNINITIALIZED', hsms: [] })
    const error = await failure(readCluster.check({ clusterId, expectState: 'ACTIVE' }, contextAt(stage)))
    expect(error).toMatchObject({ code: 'conflict' })
  })
})

describe('cloudhsm.check-quota', () => {
  it('counts what is there, and refuses what would not fit', async () => {
    const stage = await startStage()
    await uninitialized(stage)
    expect(await found(stage, checkQuota, { clusters: 3, hsms: 5 })).toEqual({ clustersFree: 3, hsmsFree: 5 })
    expect(await failure(settled(stage, checkQuota, { clusters: 1, hsms: 6 }))).toMatchObject({ code: 'denied' })
    expect(await failure(settled(stage, checkQuota, { clusters: 1, hsms: 1, clusterLimit: 1 }))).toMatchObject({
      code: 'denied',
      message: '`us-east-1` has room for 0 clusters and 5 HSMs, wanted 1 and 1',
    })
  })
})

describe('a Region that is not well', () => {
  it('names 503 transient, whose request surely did nothing', async () => {
    const stage = await startStage()
    stage.world.plan('cloudhsm:CreateCluster', 'unavailable')
    const error = await failure(createCluster.apply(wantedCluster(stage), contextAt(stage, { effectId })))
    expect(error).toMatchObject({ code: 'transient', outcomeUnknown: false, facts: { httpStatus: 503 } })
    expect(await failure(readCluster.check({ clusterId: 'cluster-igklspoyj5v' }, contextAt(stage)))).toMatchObject({
      code: 'transient',
    })
    stage.world.pass(10 * 60_000)
    expect(await done(stage, createCluster, wantedCluster(stage))).toMatchObject({ state: 'UNINITIALIZED' })
    expect(stage.world.effects).toEqual(['CreateCluster'])
  })

  it('says to check the clock when signatures are refused for their age', async () => {
    const stage = await startStage()
    stage.world.plan('cloudhsm:DescribeClusters', 'clock-skew')
    const error = await failure(createCluster.check(wantedCluster(stage), contextAt(stage)))
    expect(error).toMatchObject({ code: 'denied', hint: expect.stringContaining("this machine's clock") })
  })
})
