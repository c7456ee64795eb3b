import { ServiceError } from '../../aws/simulator/service.ts'
import { giveAddress } from './addresses.ts'
import { findCluster, invalid, isOwn, notFound, requireState, slowMs, type CloudHsmContext } from './context.ts'
import { emptyDataPlane } from './data-plane/empty.ts'
import { removeLiveTokens } from './data-plane/token-copies.ts'
import { describeHsm } from './describe.ts'
import { restoredFrom } from './go-live.ts'
import { makeEc2Id, makeHsmSerial, makeId } from './ids.ts'
import { backupState, hsmState } from './lifecycle.ts'
import { makeBackup } from './make-backup.ts'
import type { Handlers, RequestOf } from './requests.ts'
import type { Effect } from './store.ts'
import type { Cluster, Hsm } from './state.ts'

export const hsmOperations: Handlers<'CreateHsm' | 'DeleteHsm'> = {
  CreateHsm(input, context) {
    if (context.fault === 'done-by-another') create(input, context)
    const { hsm, cluster } = create(input, context, (id) => ({ operation: 'CreateHsm', resource: id }))
    return { Hsm: describeHsm(hsm, cluster, context.clock.now()) }
  },

  DeleteHsm(input, context) {
    const { cluster } = findCluster(input.ClusterId, context)
    const hsm = named(cluster, input)
    remove(cluster, hsm, context)
    return { HsmId: hsm.id }
  },
}

function create(
  input: RequestOf<'CreateHsm'>,
  context: CloudHsmContext,
  effect?: (hsmId: string) => Effect,
): { cluster: Cluster; hsm: Hsm } {
  const { store, settings, clock } = context
  const { cluster, state } = findCluster(input.ClusterId, context)
  requireState(cluster.id, state, ['UNINITIALIZED', 'INITIALIZED', 'ACTIVE'])
  const subnetId = cluster.subnets[input.AvailabilityZone]
  if (subnetId === undefined) throw invalid(`${cluster.id} has no subnet in ${input.AvailabilityZone}.`)
  checkQuotas(cluster, context)
  const { ip, addresses } = giveAddress(subnetId, input.IpAddress, { state: store.state, caller: context.caller })
  const now = clock.now()
  const hsm: Hsm = {
    id: makeId('hsm'),
    availabilityZone: input.AvailabilityZone,
    subnetId,
    eniId: makeEc2Id('eni'),
    eniIp: ip,
    serialNumber: makeHsmSerial(),
    createdAt: now,
    activeAt: startOf(cluster, now, context) + settings.creatingHsmMs,
  }
  const changed = { ...cluster, hsms: [...cluster.hsms, hsm] }
  const backups =
    cluster.activatedAt !== undefined && cluster.live ? [makeBackup(cluster, 'hsm-added', now, context)] : []
  store.save({ clusters: [changed], backups, addresses }, effect?.(hsm.id))
  return { cluster: changed, hsm }
}

function checkQuotas(cluster: Cluster, { store, settings, caller, clock }: CloudHsmContext): void {
  const count = cluster.hsms.length
  if (cluster.activatedAt === undefined && count >= settings.hsmsBeforeActivation)
    throw invalid(`${cluster.id} is not activated and has ${count} HSMs already.`)
  const everywhere = store.state.clusters
    .filter((each) => isOwn(each, caller))
    .flatMap(({ hsms }) => hsms.filter((hsm) => hsmState(hsm, clock.now()) !== 'DELETED'))
  if (count >= settings.hsmsPerCluster || everywhere.length >= settings.hsmQuota)
    throw new ServiceError(settings.quotaError, `The limit of ${settings.hsmQuota} HSMs is reached.`)
}

/** When making an HSM begins: the first one of an activated cluster waits for what it is made of. */
function startOf(cluster: Cluster, now: number, { store }: CloudHsmContext): number {
  if (cluster.activatedAt === undefined || cluster.live) return now
  const coming = store.state.backups.filter(
    (backup) => backup.clusterId === cluster.id && backupState(backup, now) === 'CREATE_IN_PROGRESS',
  )
  if (coming.length > 0) return Math.max(...coming.map(({ readyAt }) => readyAt))
  const source = restoredFrom(cluster, { store }, now)
  if (source === undefined || backupState(source, now) !== 'READY')
    throw invalid(`There is no backup that HSMs of ${cluster.id} could be made of.`)
  return now
}

function named(cluster: Cluster, { HsmId, EniId, EniIp }: RequestOf<'DeleteHsm'>): Hsm {
  const given = [HsmId, EniId, EniIp].filter((each) => each !== undefined)
  if (given.length !== 1) throw invalid('Exactly one of HsmId, EniId and EniIp is needed.')
  const hsm = cluster.hsms.find(({ id, eniId, eniIp }) => id === HsmId || eniId === EniId || eniIp === EniIp)
  if (hsm === undefined) throw notFound(`${cluster.id} has no HSM ${given[0]}.`)
  return hsm
}

/** Begins to delete an HSM. What is in the HSMs of an active cluster is backed up; with the last one nobody can use it. */
function remove(cluster: Cluster, hsm: Hsm, context: CloudHsmContext): void {
  const { store, settings, clock, tokenFolder } = context
  const now = clock.now()
  requireState(cluster.id, findCluster(cluster.id, context).state, ['UNINITIALIZED', 'INITIALIZED', 'ACTIVE'])
  requireState(hsm.id, hsmState(hsm, now), ['ACTIVE'])
  const going = { ...hsm, deletingUntil: now + settings.deletingHsmMs }
  const others = cluster.hsms.map((each) => (each === hsm ? going : each))
  const last = others.every((each) => hsmState(each, now) !== 'ACTIVE')
  const active = cluster.activatedAt !== undefined
  const backups = active
    ? [makeBackup(cluster, 'hsm-removed', now, context, context.fault === 'slow' ? slowMs : 0)]
    : []
  const changed = { ...cluster, hsms: others, ...(last ? { live: false } : {}) }
  const { identity: _, ...unknown } = changed
  store.save(
    { clusters: [last && !active ? { ...unknown, data: emptyDataPlane() } : changed], backups },
    { operation: 'DeleteHsm', resource: hsm.id },
  )
  if (last) removeLiveTokens(cluster.data, tokenFolder)
}
