import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import type { JsonObject } from '../../engine/step/json.ts'
import { checkQuota } from '../../steps/cloudhsm/check-quota.ts'
import { createCluster } from '../../steps/cloudhsm/create-cluster.ts'
import { createHsm } from '../../steps/cloudhsm/create-hsm.ts'
import { deleteHsm } from '../../steps/cloudhsm/delete-hsm.ts'
import { deleteThrowAway } from '../../steps/cloudhsm/delete-throw-away.ts'
import { initialize } from '../../steps/cloudhsm/initialize.ts'
import { migrateHsmType } from '../../steps/cloudhsm/migrate-hsm-type.ts'
import { readCluster } from '../../steps/cloudhsm/read-cluster.ts'
import { requestCertificate } from '../../steps/cloudhsm/request-certificate.ts'
import { restoreCluster } from '../../steps/cloudhsm/restore-cluster.ts'
import { rollBackHsmType } from '../../steps/cloudhsm/roll-back-hsm-type.ts'
import { verifyHsmIdentity } from '../../steps/cloudhsm/verify-hsm-identity.ts'
import type { TestWorld } from '../unit/steps/aws/sandbox.ts'
import {
  certified,
  done,
  rootsOf,
  seeded,
  wantedCluster,
  type Seeded,
  type Stage,
} from '../unit/steps/cloudhsm/stages.ts'
import { stepContract, type ContractFailure, type ContractWorld } from './step-contract.ts'

const stages = new WeakMap<ContractWorld, Stage>()

/** A sandbox for one test, with this cluster there already. */
function arranged(seed: JsonObject, prepare: (stage: Stage, root: Seeded) => Promise<JsonObject> | JsonObject) {
  return async (): Promise<ContractWorld> => {
    const { stage, root } = await seeded(seed)
    const world: ContractWorld = {
      target: stage.aws,
      inputs: await prepare(stage, root),
      fingerprint: async () => inspect(await living(stage), { depth: 10 }),
      now: () => stage.world.clock.now(),
      letTimePass: () => Promise.resolve(stage.world.pass(60_000)),
      secrets: [secretOf(stage.entry)],
      close: () => stage.running.stop(),
    }
    stages.set(world, stage)
    return world
  }
}

/** What counts: clusters and HSMs that are being deleted are gone, and where time alone changes something its end counts. */
async function living({ client }: Stage) {
  for (let looks = 0; looks < 50; looks += 1) {
    const { Clusters = [] } = await client.describeClusters({})
    if (Clusters.some(({ State }) => State === 'ROLLBACK_IN_PROGRESS')) continue
    return Clusters.filter(({ State }) => State !== 'DELETED' && State !== 'DELETE_IN_PROGRESS')
      .map(({ ClusterId, HsmType, Certificates, TagList, Hsms = [] }) => ({
        id: ClusterId,
        type: HsmType,
        initialized: Certificates?.ClusterCertificate,
        tags: TagList,
        hsms: Hsms.filter(({ State }) => State !== 'DELETED' && State !== 'DELETE_IN_PROGRESS').map(
          ({ EniId }) => EniId,
        ),
      }))
      .toSorted((a, b) => String(a.id).localeCompare(String(b.id)))
  }
  throw new Error('a rollback has no end')
}

function secretOf(entry: JsonObject): string {
  // The simulator's own entry.
  const { secretAccessKey } = entry['credentials'] as { readonly secretAccessKey: string }
  return readFileSync(secretAccessKey.slice('file:'.length), 'utf8')
}

type Fault = Parameters<TestWorld['plan']>[1]

/** The faults that any request can meet. */
function failures(appliedBy?: string): ContractFailure[] {
  const meets = (operation: string, fault: Fault) => (world: ContractWorld) =>
    stages.get(world)?.world.plan(`cloudhsm:${operation}`, fault)
  const looking = (title: string, fault: Fault, code: ContractFailure['code'], outcomeUnknown = false) =>
    ({
      title,
      during: 'check',
      provoke: meets('DescribeClusters', fault),
      code,
      outcomeUnknown,
      recovers: false,
    }) as const
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

const fresh = { state: 'UNINITIALIZED', hsms: 1 }

stepContract(
  checkQuota,
  arranged({ hsms: 1 }, () => ({ clusters: 1, hsms: 1 })),
  { failures: failures() },
)

stepContract(
  createCluster,
  arranged(fresh, (stage) => ({ ...wantedCluster(stage, { name: 'contract' }), tags: { owner: 'pki' } })),
  { failures: failures('CreateCluster') },
)

stepContract(
  createHsm,
  arranged({ hsms: 1 }, (_, { id }) => ({
    clusterId: id,
    availabilityZone: 'us-east-1b',
    ipAddress: '10.0.2.44',
  })),
  { failures: failures('CreateHsm') },
)

stepContract(
  readCluster,
  arranged({ hsms: 1 }, (_, { id }) => ({ clusterId: id, expectState: 'ACTIVE' })),
  { failures: failures() },
)

stepContract(
  verifyHsmIdentity,
  arranged(fresh, (stage, { id }) => ({ clusterId: id, ...rootsOf(stage) })),
  { failures: failures() },
)

stepContract(
  requestCertificate,
  arranged(fresh, (_, { id }) => ({ clusterId: id })),
  { failures: failures() },
)

stepContract(
  initialize,
  arranged(fresh, (stage, { id }) => certified(stage, id)),
  { failures: failures('InitializeCluster') },
)

stepContract(
  deleteHsm,
  arranged({ hsms: 2 }, (_, { id, hsms }) => ({ clusterId: id, eniId: hsms[0]?.eniId ?? '', keepAtLeast: 1 })),
  {
    firstLook: 'different',
    seenByOthers: false, // a network interface that is not there may be a mistake
    failures: failures('DeleteHsm'),
  },
)

const clone = (stage: Stage, backupId: string) => ({
  name: 'contract-clone',
  backupId,
  hsmType: 'hsm2m.medium',
  mode: 'FIPS' as const,
  subnetIds: [...stage.subnets],
  throwAway: 'contract',
})

stepContract(
  restoreCluster,
  arranged({ hsms: 0 }, (stage, { backupId }) => clone(stage, backupId)),
  { failures: failures('CreateCluster') },
)

stepContract(
  deleteThrowAway,
  arranged({ hsms: 0 }, async (stage, { backupId }) => {
    await done(stage, restoreCluster, clone(stage, backupId))
    return { throwAwayOf: 'contract' }
  }),
  { firstLook: 'different', failures: failures('DeleteCluster') },
)

stepContract(
  migrateHsmType,
  arranged({ hsms: 1, hsmType: 'hsm1.medium' }, (_, { id }) => ({
    clusterId: id,
    from: 'hsm1.medium',
    to: 'hsm2m.medium',
  })),
  { firstLook: 'different', failures: failures('ModifyCluster') },
)

stepContract(
  rollBackHsmType,
  arranged({ hsms: 1, hsmType: 'hsm1.medium' }, async (stage, { id }) => {
    await done(stage, migrateHsmType, { clusterId: id, from: 'hsm1.medium', to: 'hsm2m.medium' })
    return { clusterId: id, to: 'hsm1.medium' }
  }),
  { firstLook: 'different', failures: failures('ModifyCluster') },
)
