import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import type { JsonObject } from '../../engine/step/json.ts'
import { awaitBackup } from '../../steps/cloudhsm/await-backup.ts'
import { copyBackup } from '../../steps/cloudhsm/copy-backup.ts'
import { deleteBackup } from '../../steps/cloudhsm/delete-backup.ts'
import { keepBackup } from '../../steps/cloudhsm/keep-backup.ts'
import { listKeyPlaces } from '../../steps/cloudhsm/list-key-places.ts'
import { pruneBackups } from '../../steps/cloudhsm/prune-backups.ts'
import { posture } from '../../steps/cloudhsm/posture.ts'
import type { TestWorld } from '../unit/steps/aws/sandbox.ts'
import {
  aged,
  clusterId,
  copied,
  idOf,
  startWithBackups,
  type BackupsWorld,
} from '../unit/steps/cloudhsm/backups-world.ts'
import { postureWorld } from '../unit/steps/cloudhsm/posture-world.ts'
import { stepContract, type ContractFailure, type ContractWorld } from './step-contract.ts'

const worlds = new WeakMap<ContractWorld, BackupsWorld>()

/** A sandbox for one test, with these backups. */
function arranged(inputs: JsonObject, target: (world: BackupsWorld) => unknown = ({ here }) => here) {
  return async (): Promise<ContractWorld> => {
    const backups = await startWithBackups([
      aged(1, 1),
      aged(2, 40),
      aged(3, 50, { neverExpires: true }),
      aged(4, 60),
      copied(5, aged(9, 80), 45),
    ])
    const world: ContractWorld = {
      target: target(backups),
      inputs,
      fingerprint: () => Promise.resolve(inspect(living(backups), { depth: 10 })),
      now: () => backups.world.clock.now(),
      letTimePass: () => Promise.resolve(backups.world.pass(60_000)),
      secrets: [secretOf(backups.entry)],
      close: () => backups.running.stop(),
    }
    worlds.set(world, backups)
    return world
  }
}

/** What is deleted is gone as far as an undo can make it. */
function living({ backups }: BackupsWorld) {
  return backups()
    .filter(({ deletedUntil }) => deletedUntil === undefined)
    .map(({ id, neverExpires, copy, tags }) => ({ id, neverExpires, copy, tags }))
    .toSorted((a, b) => a.id.localeCompare(b.id))
}

function secretOf(entry: JsonObject): string {
  // The simulator's own entry.
  const { secretAccessKey } = entry['credentials'] as { readonly secretAccessKey: string }
  return readFileSync(secretAccessKey.slice('file:'.length), 'utf8')
}

type Fault = Parameters<TestWorld['plan']>[1]

/** The faults that any request can meet. */
function failures(checked: string, appliedBy: string | undefined): ContractFailure[] {
  const meets = (operation: string, fault: Fault) => (world: ContractWorld) =>
    worlds.get(world)?.world.plan(`cloudhsm:${operation}`, fault)
  const looking = (title: string, fault: Fault, code: ContractFailure['code'], outcomeUnknown = false) =>
    ({ title, during: 'check', provoke: meets(checked, fault), code, outcomeUnknown, recovers: false }) as const
  const all: ContractFailure[] = [
    looking('a denied look', 'deny', 'denied'),
    looking('a throttled look', 'throttle', 'throttled'),
    looking('a Region out of service', 'unavailable', 'transient'),
    looking('a look without an answer', 'reset-after', 'transient', true),
  ]
  if (appliedBy === undefined) return all
  const changing = (title: string, fault: Fault, code: ContractFailure['code'], outcomeUnknown = false) =>
    ({ title, during: 'apply', provoke: meets(appliedBy, fault), code, outcomeUnknown }) as const
  return [
    ...all,
    changing('a denied request', 'deny', 'denied'),
    changing('a throttled request', 'throttle', 'throttled'),
    changing('a wrong clock', 'clock-skew', 'denied'),
    changing('a Region that goes out of service', 'unavailable', 'transient'),
    changing('a failure of the service', 'fail', 'transient', true),
    changing('an answer lost before the effect', 'reset-before', 'transient', true),
    changing('an answer lost after the effect', 'reset-after', 'transient', true),
  ]
}

stepContract(awaitBackup, arranged({ clusterId }), { failures: failures('DescribeBackups', undefined) })

stepContract(
  copyBackup,
  arranged({ backupId: idOf(1), name: 'contract', tags: { owner: 'pki' } }, ({ here, there }) => ({
    from: here,
    to: there,
  })),
  { failures: failures('DescribeBackups', 'CopyBackupToRegion') },
)

stepContract(keepBackup, arranged({ backupId: idOf(1), neverExpires: true }), {
  firstLook: 'different',
  failures: failures('DescribeBackups', 'ModifyBackupAttributes'),
})

stepContract(pruneBackups, arranged({ clusterId, olderThanDays: 30, keep: 1 }), {
  firstLook: 'different',
  failures: failures('DescribeBackups', 'DeleteBackup'),
})

stepContract(deleteBackup, arranged({ backupId: idOf(2) }), {
  firstLook: 'different',
  failures: failures('DescribeBackups', 'DeleteBackup'),
})

stepContract(
  listKeyPlaces,
  arranged({ clusterId }, ({ here, there }) => ({ here, there })),
  { failures: failures('DescribeBackups', undefined) },
)

stepContract(posture, async () => {
  const { machine, target, password } = await postureWorld()
  const { clusterId: id, hsm } = machine
  return {
    target,
    inputs: { clusterId: id, as: ['cu'], keys: [{ label: 'example-root', attributes: { sign: true } }] },
    fingerprint: () => Promise.resolve(hsm.world.effects.join(' ')),
    now: () => hsm.world.clock.now(),
    secrets: [secretOf(hsm.entry), password],
    close: () => hsm.running.stop(),
  }
})
