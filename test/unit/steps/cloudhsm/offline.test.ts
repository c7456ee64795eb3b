import { describe, expect, it } from 'vitest'
import { throwAwayTag } from '../../../../steps/aws/tags.ts'
import { createHsm } from '../../../../steps/cloudhsm/create-hsm.ts'
import { deleteHsm } from '../../../../steps/cloudhsm/delete-hsm.ts'
import { deleteThrowAway } from '../../../../steps/cloudhsm/delete-throw-away.ts'
import { migrateHsmType } from '../../../../steps/cloudhsm/migrate-hsm-type.ts'
import { readCluster } from '../../../../steps/cloudhsm/read-cluster.ts'
import { restoreCluster } from '../../../../steps/cloudhsm/restore-cluster.ts'
import { rollBackHsmType } from '../../../../steps/cloudhsm/roll-back-hsm-type.ts'
import { failure } from '../acm-pca/run-step.ts'
import { active, contextAt, done, effectId, found, settled, type Stage } from './stages.ts'

const wantedClone = (stage: Stage, backupId: string, changed = {}) => ({
  name: 'example-root-proof',
  backupId,
  hsmType: 'hsm2m.medium',
  mode: 'FIPS' as const,
  subnetIds: [...stage.subnets],
  throwAway: 'proof',
  ...changed,
})

async function backupsOf({ client }: Stage, clusterId: string) {
  return (await client.describeBackups({ Filters: { clusterIds: [clusterId] }, SortAscending: true })).Backups ?? []
}

describe('cloudhsm.delete-hsm', () => {
  it('takes a cluster offline only with a proven backup of it that never expires', async () => {
    const { stage, clusterId, hsm, backupId } = await active()
    const wanted = { clusterId, eniId: hsm.eniId, provenBackup: backupId }
    const refusal = async (inputs: typeof wanted | Omit<typeof wanted, 'provenBackup'>) =>
      (await failure(deleteHsm.check(inputs, contextAt(stage)))).message
    expect(await refusal({ clusterId, eniId: hsm.eniId })).toContain('no `provenBackup` is given')
    expect(await refusal(wanted)).toContain('expires')
    expect(await refusal({ ...wanted, provenBackup: 'backup-ro5c4er4aac' })).toContain('is not there')
    await stage.client.modifyBackupAttributes({ BackupId: backupId, NeverExpires: true })
    const outputs = await done(stage, deleteHsm, wanted)
    expect(outputs).toMatchObject({ eniId: hsm.eniId, eniIp: hsm.eniIp, availabilityZone: hsm.availabilityZone })
    // the backup that the deletion caused is told apart by AWS's clock, whatever this machine's says
    const made = (await backupsOf(stage, clusterId)).filter(
      ({ CreateTimestamp }) => Number(CreateTimestamp) >= Date.parse(outputs.deletedAfter),
    )
    expect(made).toHaveLength(1)
    expect(made[0]?.BackupId).not.toBe(backupId)
  })

  it('leaves as many as are wanted', async () => {
    const { stage, clusterId, hsm } = await active()
    await done(stage, createHsm, { clusterId, availabilityZone: 'us-east-1b' })
    const wanted = { clusterId, eniId: hsm.eniId, keepAtLeast: 2 }
    expect(await failure(deleteHsm.check(wanted, contextAt(stage)))).toMatchObject({
      code: 'denied',
      message: `cluster \`${clusterId}\` would have 1 ACTIVE HSMs left, wanted 2`,
    })
    await done(stage, deleteHsm, { ...wanted, keepAtLeast: 1 })
    expect((await found(stage, readCluster, { clusterId })).hsms).toHaveLength(1)
  })

  it('takes a network interface that is not there for a mistake, not for work that is done', async () => {
    const { stage, clusterId } = await active()
    const work = deleteHsm.check({ clusterId, eniId: 'eni-0a1b2c3d4e5f60718' }, contextAt(stage))
    expect(await failure(work)).toMatchObject({ code: 'not-found' })
  })

  it('knows where the HSM was when the answer was lost', async () => {
    const { stage, clusterId, hsm } = await active()
    await done(stage, createHsm, { clusterId, availabilityZone: 'us-east-1b' })
    const wanted = { clusterId, eniId: hsm.eniId }
    const first = await settled(stage, deleteHsm, wanted)
    if (first.state !== 'different') throw new Error(first.state)
    stage.world.plan('cloudhsm:DeleteHsm', 'reset-after')
    await failure(deleteHsm.apply(wanted, contextAt(stage, { effectId, before: first.before })))
    expect(await settled(stage, deleteHsm, wanted, { effectId, before: first.before })).toMatchObject({
      state: 'satisfied',
      outputs: { eniIp: hsm.eniIp },
    })
    expect(stage.world.effects.filter((each) => each === 'DeleteHsm')).toHaveLength(1)
  })
})

describe('a cluster that comes back online', () => {
  it('has its HSM at the same address, by another id', async () => {
    const { stage, clusterId, hsm, backupId } = await active()
    await stage.client.modifyBackupAttributes({ BackupId: backupId, NeverExpires: true })
    const { eniIp, availabilityZone } = await done(stage, deleteHsm, {
      clusterId,
      eniId: hsm.eniId,
      provenBackup: backupId,
    })
    const wanted = { clusterId, availabilityZone, ipAddress: eniIp }
    const back = await done(stage, createHsm, wanted)
    expect(back.eniIp).toBe(hsm.eniIp)
    expect(back.hsmId).not.toBe(hsm.hsmId)
    expect(await settled(stage, createHsm, wanted)).toEqual({ state: 'satisfied', outputs: back })
  })

  it('names both HSMs when two operators bring it online at once', async () => {
    const { stage, clusterId } = await active()
    const wanted = { clusterId, availabilityZone: 'us-east-1b' }
    stage.world.plan('cloudhsm:CreateHsm', 'done-by-another')
    const answer = (await createHsm.apply(wanted, contextAt(stage, { effectId }))) as { readonly hsmId: string }
    expect(await settled(stage, createHsm, wanted, { effectId, answer })).toMatchObject({
      state: 'conflict',
      differs: expect.stringMatching(`^this run made \`${answer.hsmId}\` .* is there as well$`),
    })
    expect(await settled(stage, createHsm, wanted)).toMatchObject({
      state: 'conflict',
      differs: expect.stringContaining('has 2 HSMs in that Availability Zone'),
    })
  })
})

describe('cloudhsm.restore-cluster', () => {
  it('makes a cluster that is ACTIVE without HSMs and says what it is for', async () => {
    const { stage, backupId } = await active()
    const { clusterId, state } = await done(stage, restoreCluster, wantedClone(stage, backupId))
    expect(state).toBe('ACTIVE')
    expect(await found(stage, readCluster, { clusterId })).toMatchObject({ hsms: [], sourceBackupId: backupId })
    const { Clusters } = await stage.client.describeClusters({ Filters: { clusterIds: [clusterId] } })
    expect(Clusters?.[0]?.TagList).toContainEqual({ Key: throwAwayTag, Value: 'proof' })
  })

  it('takes no cluster for a clone that is not to be thrown away, nor one of another backup', async () => {
    const { stage, backupId, clusterId } = await active()
    const named = wantedClone(stage, backupId, { name: 'example-root' })
    expect(await settled(stage, restoreCluster, named)).toMatchObject({
      state: 'conflict',
      differs: `\`${clusterId}\` has source backup \`none\`, wanted \`${backupId}\``,
    })
    const { throwAway: _, ...lasting } = wantedClone(stage, backupId)
    await done(stage, restoreCluster, lasting)
    expect(await settled(stage, restoreCluster, wantedClone(stage, backupId))).toMatchObject({ state: 'conflict' })
  })

  it('refuses a backup that is not there, not READY, or of another mode', async () => {
    const { stage, backupId } = await active()
    const refused = async (changed: object) =>
      (await failure(restoreCluster.check(wantedClone(stage, backupId, changed), contextAt(stage)))).code
    expect(await refused({ backupId: 'backup-ro5c4er4aac' })).toBe('not-found')
    expect(await refused({ mode: 'NON_FIPS' })).toBe('invalid')
    await stage.client.deleteBackup({ BackupId: backupId })
    expect(await refused({})).toBe('conflict')
  })
})

describe('cloudhsm.delete-throw-away', () => {
  const wanted = { throwAwayOf: 'proof' }

  it('deletes HSMs, the backups that the clone made, and the cluster, and nothing else', async () => {
    const { stage, clusterId, backupId } = await active()
    const clone = await done(stage, restoreCluster, wantedClone(stage, backupId))
    await done(stage, createHsm, { clusterId: clone.clusterId, availabilityZone: 'us-east-1a' })
    const outputs = await done(stage, deleteThrowAway, wanted)
    expect(outputs).toMatchObject({ clusterIds: [clone.clusterId], restorableUntil: expect.any(String) })
    const own = await backupsOf(stage, clone.clusterId)
    expect(own.map(({ BackupState }) => BackupState)).toEqual(own.map(() => 'PENDING_DELETION'))
    expect(outputs.backupIds).toEqual(own.map(({ BackupId }) => String(BackupId)).toSorted())
    expect(own.length).toBeGreaterThan(0)
    expect(await found(stage, readCluster, { clusterId })).toMatchObject({ state: 'ACTIVE' })
    expect((await backupsOf(stage, clusterId)).every(({ BackupState }) => BackupState === 'READY')).toBe(true)
  })

  it('has nothing to do where nothing is', async () => {
    const { stage } = await active()
    expect(await settled(stage, deleteThrowAway, wanted)).toEqual({
      state: 'satisfied',
      outputs: { clusterIds: [], backupIds: [] },
    })
  })

  it('goes on by its tag whatever half is there, each time with nothing known of before', async () => {
    const { stage, backupId } = await active()
    const clone = await done(stage, restoreCluster, wantedClone(stage, backupId))
    await done(stage, createHsm, { clusterId: clone.clusterId, availabilityZone: 'us-east-1a' })
    const sent: string[] = []
    for (;;) {
      // power lost after each request, whose answer is lost as well, and nobody resumes: another run finds what is left
      const first = await settled(stage, deleteThrowAway, wanted)
      if (first.state === 'satisfied') break
      const operation = ['DeleteHsm', 'DeleteBackup', 'DeleteCluster'][Math.min(sent.length, 2)] ?? ''
      stage.world.plan(`cloudhsm:${operation}`, 'reset-after')
      const error = await failure(deleteThrowAway.apply(wanted, contextAt(stage, { effectId: `run.${sent.length}` })))
      expect(error).toMatchObject({ outcomeUnknown: true })
      sent.push(operation)
    }
    expect(sent).toEqual(['DeleteHsm', 'DeleteBackup', 'DeleteCluster'])
    const own = await backupsOf(stage, clone.clusterId)
    expect(own.map(({ BackupState }) => BackupState)).toEqual(['PENDING_DELETION'])
  })

  it('refuses a cluster that carries the tag and was not made of a backup', async () => {
    const { stage, clusterId } = await active()
    await stage.client.tagResource({ ResourceId: clusterId, TagList: [{ Key: throwAwayTag, Value: 'proof' }] })
    expect(await failure(deleteThrowAway.check(wanted, contextAt(stage)))).toMatchObject({ code: 'conflict' })
    expect(stage.world.effects).not.toContain('DeleteHsm')
  })

  it('refuses to delete what somebody keeps from expiring', async () => {
    const { stage, backupId } = await active()
    const { clusterId } = await done(stage, restoreCluster, wantedClone(stage, backupId))
    const { eniId } = await done(stage, createHsm, { clusterId, availabilityZone: 'us-east-1a' })
    await stage.client.deleteHsm({ ClusterId: clusterId, EniId: eniId })
    await settled(stage, deleteThrowAway, wanted)
    const [own] = await backupsOf(stage, clusterId)
    await stage.client.modifyBackupAttributes({ BackupId: String(own?.BackupId), NeverExpires: true })
    expect(await failure(deleteThrowAway.check(wanted, contextAt(stage)))).toMatchObject({ code: 'conflict' })
  })
})

describe('cloudhsm.migrate-hsm-type', () => {
  it('replaces the HSMs behind the same network interfaces, and can be rolled back for a day', async () => {
    const { stage, clusterId, hsm } = await active({ hsmType: 'hsm1.medium' })
    const wanted = { clusterId, from: 'hsm1.medium', to: 'hsm2m.medium' }
    const { rollbackUntil } = await done(stage, migrateHsmType, wanted)
    const [migrated] = (await found(stage, readCluster, { clusterId })).hsms
    expect(migrated).toMatchObject({ eniId: hsm.eniId, state: 'ACTIVE' })
    expect(Date.parse(String(rollbackUntil))).toBeGreaterThan(stage.world.clock.now())
    expect(await settled(stage, migrateHsmType, wanted)).toMatchObject({ state: 'satisfied' })
    expect(await done(stage, rollBackHsmType, { clusterId, to: 'hsm1.medium' })).toEqual({ hsmType: 'hsm1.medium' })
  })

  it('cannot be rolled back later than a day, nor where nothing was migrated: AWS refuses', async () => {
    const { stage, clusterId } = await active({ hsmType: 'hsm1.medium' })
    const refusal = async (to: string) =>
      failure(rollBackHsmType.apply({ clusterId, to }, contextAt(stage, { effectId, before: 'x' })))
    expect(await refusal('hsm3m.medium')).toMatchObject({ code: 'conflict', outcomeUnknown: false })
    await done(stage, migrateHsmType, { clusterId, from: 'hsm1.medium', to: 'hsm2m.medium' })
    stage.world.pass(25 * 60 * 60_000)
    expect(await refusal('hsm1.medium')).toMatchObject({ code: 'conflict', outcomeUnknown: false })
  })

  it('is not even asked to roll back when AWS still shows that it is too late', async () => {
    const { stage, clusterId } = await active({ hsmType: 'hsm1.medium' })
    const { rollbackUntil } = await done(stage, migrateHsmType, { clusterId, from: 'hsm1.medium', to: 'hsm2m.medium' })
    const late = { ...contextAt(stage), now: () => Date.parse(String(rollbackUntil)) }
    const back = { clusterId, to: 'hsm1.medium' }
    expect(await failure(rollBackHsmType.check(back, late))).toMatchObject({ code: 'conflict' })
    // of one that was sent, a look goes on looking
    const sent = { ...contextAt(stage, { effectId }), now: late.now }
    expect(await rollBackHsmType.check(back, sent)).toMatchObject({ state: 'different' })
  })

  it('is in conflict with a cluster of a third type', async () => {
    const { stage, clusterId } = await active()
    const wanted = { clusterId, from: 'hsm1.medium', to: 'hsm3m.medium' }
    expect(await settled(stage, migrateHsmType, wanted)).toMatchObject({ state: 'conflict' })
  })
})
