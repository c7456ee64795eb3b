import { describe, expect, it } from 'vitest'
import type { CheckAnswer } from '../../../../engine/step/check-answer.ts'
import type { Targets } from '../../../../engine/step/context.ts'
import type { Json } from '../../../../engine/step/json.ts'
import { awaitBackup } from '../../../../steps/cloudhsm/await-backup.ts'
import { copyBackup } from '../../../../steps/cloudhsm/copy-backup.ts'
import { deleteBackup } from '../../../../steps/cloudhsm/delete-backup.ts'
import { keepBackup } from '../../../../steps/cloudhsm/keep-backup.ts'
import { listKeyPlaces } from '../../../../steps/cloudhsm/list-key-places.ts'
import { pruneBackups } from '../../../../steps/cloudhsm/prune-backups.ts'
import { contextFor, contractEffectId, type ContractEffect } from '../../../contract/contract-context.ts'
import { failure } from '../acm-pca/run-step.ts'
import { aged, clusterId, copied, day, idOf, startWithBackups, type BackupsWorld } from './backups-world.ts'

const minute = 60_000
const effectId = contractEffectId

/** What a step is given in the world of a test. */
function during<T extends Targets = 'aws'>(
  { world, here }: BackupsWorld,
  effect: ContractEffect = {},
  target: unknown = here,
) {
  return contextFor<T>(target, effect, { now: () => world.clock.now() })
}

/** How often each operation was sent. */
const sent = ({ world }: BackupsWorld, operation: string) =>
  world.requests.filter((each) => each === `cloudhsm:${operation}`).length

const done = ({ world }: BackupsWorld, operation: string) => world.effects.filter((each) => each === operation).length

/** Looks until it is no longer pending, and lets the time pass in between. */
async function settled<O>(sandbox: BackupsWorld, look: () => Promise<CheckAnswer<O>>) {
  for (let looks = 0; looks < 100; looks += 1) {
    const answer = await look()
    if (answer.state !== 'pending') return answer
    sandbox.world.pass(minute)
  }
  throw new Error('it is pending for ever')
}

describe('cloudhsm.await-backup', () => {
  it('waits for one that takes an hour', async () => {
    const making = aged(2, 0, { readyAt: aged(2, 0).createdAt + 65 * minute })
    const sandbox = await startWithBackups([aged(1, 1), making])
    const inputs = { clusterId, createdAfter: new Date(making.createdAt).toISOString() }
    const look = () => awaitBackup.check(inputs, during(sandbox))
    expect(await look()).toMatchObject({ state: 'pending', what: expect.stringContaining('CREATE_IN_PROGRESS') })
    expect(await settled(sandbox, look)).toMatchObject({ state: 'satisfied', outputs: { backupId: making.id } })
    expect(awaitBackup.wait?.timeoutMs).toBeGreaterThan(65 * minute)
  })

  it('takes the newest READY one, of this cluster, with type and mode', async () => {
    const sandbox = await startWithBackups([aged(1, 3), aged(2, 2), aged(3, 1, { clusterId: 'cluster-other222222' })])
    expect(await awaitBackup.check({ clusterId }, during(sandbox))).toEqual({
      state: 'satisfied',
      outputs: {
        backupId: idOf(2),
        createdAt: new Date(aged(2, 2).createdAt).toISOString(),
        hsmType: 'hsm2m.medium',
        mode: 'FIPS',
      },
    })
  })

  it('takes none that is older than what it must hold, and says what for', async () => {
    const sandbox = await startWithBackups([aged(1, 1)])
    const holds = [
      { what: 'the admin', since: new Date(aged(1, 9).createdAt).toISOString() },
      { what: 'the key example-root', since: new Date(aged(1, 0.5).createdAt).toISOString() },
    ]
    expect(await awaitBackup.check({ clusterId, holds }, during(sandbox))).toMatchObject({
      state: 'pending',
      what: expect.stringContaining('the key example-root'),
    })
  })

  it('takes no copy for a backup of the cluster', async () => {
    const sandbox = await startWithBackups([copied(1, aged(9, 3), 1)])
    expect(await awaitBackup.check({ clusterId }, during(sandbox))).toMatchObject({ state: 'pending' })
  })
})

describe('cloudhsm.copy-backup', () => {
  const inputs = { backupId: idOf(1), name: 'example-root' }
  const copying = (sandbox: BackupsWorld, effect: ContractEffect = {}) =>
    during<{ from: 'aws'; to: 'aws' }>(sandbox, effect, { from: sandbox.here, to: sandbox.there })
  const start = (sandbox: BackupsWorld) => copyBackup.apply(inputs, copying(sandbox, { effectId }))
  const look = (sandbox: BackupsWorld, answer?: Json) => () =>
    copyBackup.check(inputs, copying(sandbox, { effectId, ...(answer === undefined ? {} : { answer }) }))

  it('is found in the other Region once that lists it', async () => {
    const sandbox = await startWithBackups([aged(1, 1)])
    const answer = await start(sandbox)
    expect(await look(sandbox, answer)()).toMatchObject({
      state: 'pending',
      what: expect.stringContaining('not listed'),
    })
    expect(await settled(sandbox, look(sandbox, answer))).toMatchObject({
      state: 'satisfied',
      madeBy: effectId,
      outputs: {
        region: 'eu-west-1',
        sourceBackupId: idOf(1),
        createdAt: new Date(aged(1, 1).createdAt).toISOString(),
      },
    })
  })

  it('is found though its answer was lost behind the effect, and made once', async () => {
    const sandbox = await startWithBackups([aged(1, 1)])
    sandbox.world.plan('cloudhsm:CopyBackupToRegion', 'reset-after')
    expect(await failure(start(sandbox))).toMatchObject({ code: 'transient', outcomeUnknown: true })
    expect(await look(sandbox)()).toEqual({ state: 'absent' })
    sandbox.world.pass(Number(copyBackup.settleMs))
    expect(await settled(sandbox, look(sandbox))).toMatchObject({ state: 'satisfied', madeBy: effectId })
    expect(done(sandbox, 'CopyBackupToRegion')).toBe(1)
  })

  it('is asked for again when it ends as DELETED, at most twice', async () => {
    const sandbox = await startWithBackups([aged(1, 1)])
    for (const next of ['copy 2', 'copy 3']) {
      sandbox.world.plan('cloudhsm:CopyBackupToRegion', 'ends-failed')
      const answer = await start(sandbox)
      expect(await settled(sandbox, look(sandbox, answer))).toMatchObject({ state: 'partial', next })
    }
    sandbox.world.plan('cloudhsm:CopyBackupToRegion', 'ends-failed')
    const answer = await start(sandbox)
    expect(await failure(settled(sandbox, look(sandbox, answer)))).toMatchObject({ code: 'invalid' })
    expect(done(sandbox, 'CopyBackupToRegion')).toBe(3)
  })

  it('ends well when the second one does', async () => {
    const sandbox = await startWithBackups([aged(1, 1)])
    sandbox.world.plan('cloudhsm:CopyBackupToRegion', 'ends-failed')
    await settled(sandbox, look(sandbox, await start(sandbox)))
    expect(await settled(sandbox, look(sandbox, await start(sandbox)))).toMatchObject({ state: 'satisfied' })
  })

  it('waits for one that takes an hour longer', async () => {
    const sandbox = await startWithBackups([aged(1, 1)])
    sandbox.world.plan('cloudhsm:CopyBackupToRegion', 'slow')
    expect(await settled(sandbox, look(sandbox, await start(sandbox)))).toMatchObject({ state: 'satisfied' })
  })

  it('takes a copy of another run, and names its effect', async () => {
    const other = copied(2, aged(1, 1), 1, {
      region: 'eu-west-1',
      tags: [{ Key: 'runbook:effect', Value: 'other.effect' }],
      copy: { at: aged(1, 1).createdAt, sourceRegion: 'us-east-1', sourceBackup: idOf(1), sourceCluster: clusterId },
    })
    const sandbox = await startWithBackups([aged(1, 1), other])
    expect(await copyBackup.check(inputs, copying(sandbox))).toMatchObject({
      state: 'satisfied',
      madeBy: 'other.effect',
    })
  })

  it('is refused within one Region, and of what is no READY backup', async () => {
    const sandbox = await startWithBackups([aged(1, 1, { deletedUntil: aged(1, -3).createdAt })])
    const { here } = sandbox
    const within = during<{ from: 'aws'; to: 'aws' }>(sandbox, {}, { from: here, to: here })
    expect((await failure(copyBackup.check(inputs, within))).code).toBe('invalid')
    expect((await failure(copyBackup.check(inputs, copying(sandbox)))).code).toBe('conflict')
    expect((await failure(copyBackup.check({ ...inputs, backupId: idOf(7) }, copying(sandbox)))).code).toBe('not-found')
  })

  it('looks and sends again when a Region is back behind ten minutes of 503', async () => {
    const sandbox = await startWithBackups([aged(1, 1)])
    sandbox.world.plan('cloudhsm:DescribeBackups', 'unavailable')
    for (const _try of [1, 2]) {
      expect(await failure(look(sandbox)())).toMatchObject({ code: 'transient', outcomeUnknown: false })
      sandbox.world.pass(4 * minute)
    }
    sandbox.world.pass(4 * minute)
    expect(await settled(sandbox, look(sandbox, await start(sandbox)))).toMatchObject({ state: 'satisfied' })
  })
})

describe('cloudhsm.prune-backups', () => {
  const inputs = { clusterId, olderThanDays: 30, keep: 1 }
  const look = (sandbox: BackupsWorld, effect: ContractEffect = {}) =>
    pruneBackups.check(inputs, during(sandbox, effect))

  async function begun(sandbox: BackupsWorld): Promise<ContractEffect> {
    const first = await look(sandbox)
    if (first.state !== 'different') throw new Error(`it is ${first.state}`)
    return { effectId, before: first.before }
  }
  const prune = (sandbox: BackupsWorld, effect: ContractEffect) => pruneBackups.apply(inputs, during(sandbox, effect))

  it('takes one for pruned that the retention policy purged just before', async () => {
    const sandbox = await startWithBackups([aged(1, 1), aged(2, 40), aged(3, 50)])
    const effect = await begun(sandbox)
    sandbox.world.plan('cloudhsm:DeleteBackup', 'purged')
    await prune(sandbox, effect)
    expect(await look(sandbox, effect)).toEqual({
      state: 'satisfied',
      outputs: { pruned: [idOf(3), idOf(2)], kept: 1 },
    })
    expect(done(sandbox, 'DeleteBackup')).toBe(1)
  })

  it('deletes nothing that was not shown, though it became old meanwhile', async () => {
    const sandbox = await startWithBackups([aged(1, 1), aged(2, 40), aged(3, 29)])
    const effect = await begun(sandbox)
    sandbox.world.pass(5 * day)
    await prune(sandbox, effect)
    expect(await look(sandbox, effect)).toMatchObject({ outputs: { pruned: [idOf(2)], kept: 2 } })
  })

  it('leaves alone what somebody keeps for ever meanwhile', async () => {
    const sandbox = await startWithBackups([aged(1, 1), aged(2, 40), aged(3, 50)])
    const effect = await begun(sandbox)
    await keepBackup.apply({ backupId: idOf(3), neverExpires: true }, during(sandbox, { effectId: 'other' }))
    await prune(sandbox, effect)
    expect(await look(sandbox, effect)).toMatchObject({ outputs: { pruned: [idOf(2)], kept: 2 } })
  })

  it('leaves the last READY one, when the newer ones were deleted meanwhile', async () => {
    const sandbox = await startWithBackups([aged(1, 1), aged(2, 40), aged(3, 50)])
    const effect = await begun(sandbox)
    await sandbox.client.deleteBackup({ BackupId: idOf(1) })
    await prune(sandbox, effect)
    expect(await look(sandbox, effect)).toMatchObject({ outputs: { pruned: [idOf(3)], kept: 1 } })
  })

  it('says that it did something when it is throttled half-way, and goes on behind it', async () => {
    const sandbox = await startWithBackups([aged(1, 1), aged(2, 40), aged(3, 50), aged(4, 60)])
    const effect = await begun(sandbox)
    const { take } = sandbox.world.faults
    let requests = 0
    sandbox.world.faults.take = (service, operation) => {
      const fault = take(service, operation)
      if (operation !== 'DeleteBackup') return fault
      requests += 1
      return requests === 2 ? 'throttle' : fault
    }
    expect(await failure(prune(sandbox, effect))).toMatchObject({ code: 'throttled', outcomeUnknown: true })
    expect(await look(sandbox, effect)).toMatchObject({ state: 'different' })
    await prune(sandbox, effect)
    expect(await look(sandbox, effect)).toMatchObject({ outputs: { pruned: [idOf(4), idOf(3), idOf(2)], kept: 1 } })
    expect(done(sandbox, 'DeleteBackup')).toBe(3)
  })

  it('reads eleven pages in a throttling storm, and prunes what is on the last', async () => {
    const backups = Array.from({ length: 21 }, (_, n) => aged(n + 1, n === 20 ? 400 : n))
    const sandbox = await startWithBackups(backups, { settings: { backupPageSize: 2 } })
    const { take } = sandbox.world.faults
    let requests = 0
    sandbox.world.faults.take = (service, operation) => {
      const fault = take(service, operation)
      requests += 1
      return requests % 2 === 0 ? 'throttle' : fault
    }
    let answer: Awaited<ReturnType<typeof look>> | undefined
    let looks = 0
    for (; answer === undefined; looks += 1) {
      answer = await look(sandbox).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'throttled' })
        return undefined
      })
      sandbox.world.pass(30_000)
    }
    expect(answer).toMatchObject({ state: 'different', before: { prune: [{ backupId: idOf(21) }] } })
    expect(looks).toBe(11)
    expect(sent(sandbox, 'DescribeBackups')).toBe(21)
  })

  it('finds nothing to do a second time', async () => {
    const sandbox = await startWithBackups([aged(1, 1), aged(2, 40)])
    await prune(sandbox, await begun(sandbox))
    expect(await look(sandbox)).toEqual({ state: 'satisfied', outputs: { pruned: [], kept: 1 } })
  })

  it('brings back what it can, and names what is gone for good', async () => {
    const sandbox = await startWithBackups([aged(1, 1), aged(2, 40), aged(3, 50)])
    const effect = await begun(sandbox)
    await prune(sandbox, effect)
    sandbox.world.pass(8 * day)
    const { undo } = pruneBackups
    if (typeof undo === 'string') throw new Error('it has no undo')
    const back = undo.run(inputs, { pruned: [idOf(3), idOf(2)], kept: 1 }, during(sandbox, effect))
    expect(await failure(back)).toMatchObject({ code: 'not-found', message: expect.stringContaining(idOf(3)) })
  })
})

describe('cloudhsm.delete-backup', () => {
  it('refuses one that is kept for ever', async () => {
    const sandbox = await startWithBackups([aged(1, 1), aged(2, 40, { neverExpires: true })])
    expect(await deleteBackup.check({ backupId: idOf(2) }, during(sandbox))).toMatchObject({ state: 'conflict' })
  })

  it('refuses the last READY one of these keys in the Region, unless that is meant', async () => {
    const sandbox = await startWithBackups([aged(1, 1), aged(2, 0, { readyAt: aged(2, -1).createdAt })])
    const backupId = idOf(1)
    expect(await deleteBackup.check({ backupId }, during(sandbox))).toMatchObject({ state: 'conflict' })
    expect(await deleteBackup.check({ backupId, lastOne: true }, during(sandbox))).toMatchObject({ state: 'different' })
  })

  it('counts copies of the same keys', async () => {
    const sandbox = await startWithBackups([aged(1, 1), copied(2, aged(9, 80), 45)])
    expect(await deleteBackup.check({ backupId: idOf(2) }, during(sandbox))).toMatchObject({ state: 'different' })
  })

  it('is done where it was purged meanwhile, and where nobody knows it', async () => {
    const sandbox = await startWithBackups([aged(1, 1), aged(2, 40)])
    sandbox.world.plan('cloudhsm:DeleteBackup', 'purged')
    expect(await deleteBackup.apply({ backupId: idOf(2) }, during(sandbox, { effectId }))).toEqual({ begun: false })
    expect(await deleteBackup.check({ backupId: idOf(2) }, during(sandbox, { effectId }))).toMatchObject({
      state: 'satisfied',
      outputs: { restorableUntil: expect.any(String) },
    })
    expect(await deleteBackup.apply({ backupId: idOf(8) }, during(sandbox, { effectId }))).toEqual({ begun: false })
    expect(await deleteBackup.check({ backupId: idOf(8) }, during(sandbox))).toMatchObject({ state: 'satisfied' })
  })
})

describe('cloudhsm.keep-backup', () => {
  it('waits for one that is made, and is a person’s when it is being deleted', async () => {
    const making = aged(1, 0, { readyAt: aged(1, 0).createdAt + minute })
    const sandbox = await startWithBackups([making, aged(2, 4, { deletedUntil: aged(2, -3).createdAt })])
    const look = (backupId: string) => keepBackup.check({ backupId, neverExpires: true }, during(sandbox))
    expect(await look(idOf(1))).toMatchObject({ state: 'pending' })
    expect(await settled(sandbox, () => look(idOf(1)))).toMatchObject({ state: 'different' })
    expect(await look(idOf(2))).toMatchObject({ state: 'conflict' })
    expect((await failure(look(idOf(3)))).code).toBe('not-found')
  })
})

describe('cloudhsm.list-key-places', () => {
  it('lists both Regions', async () => {
    const there = copied(3, aged(1, 2), 1, { region: 'eu-west-1', neverExpires: true })
    const sandbox = await startWithBackups([aged(1, 2), aged(2, 1, { deletedUntil: aged(2, -3).createdAt }), there])
    const target = { here: sandbox.here, there: sandbox.there }
    const answer = await listKeyPlaces.check({ clusterId }, during<{ here: 'aws'; there: 'aws' }>(sandbox, {}, target))
    expect(answer).toMatchObject({
      state: 'satisfied',
      outputs: { clusters: 0, hsms: 0, backups: 2, copies: 1, uncertain: 0 },
    })
    expect(
      answer.state === 'satisfied' && answer.outputs.places.map(({ region, expires }) => [region, expires]),
    ).toEqual([
      ['us-east-1', ''],
      ['us-east-1', expect.stringMatching(/Z$/)],
      ['eu-west-1', 'never'],
    ])
  })

  it('fails where nothing is, which a mistyped id is as well', async () => {
    const sandbox = await startWithBackups([])
    const target = { here: sandbox.here, there: sandbox.there }
    const context = during<{ here: 'aws'; there: 'aws' }>(sandbox, {}, target)
    expect((await failure(listKeyPlaces.check({ clusterId }, context))).code).toBe('not-found')
  })
})
