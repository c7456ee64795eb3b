import type { SimulatorClock, WorldFaultName } from '../../../engine/step/simulator.ts'
import { ServiceError, type Caller } from '../../aws/simulator/service.ts'
import { backupState, clusterState, type BackupState, type ClusterState } from './lifecycle.ts'
import type { CloudHsmSettings } from './settings.ts'
import type { Backup, Cluster } from './state.ts'
import type { Store } from './store.ts'

/** What belongs to the service, whoever asks. */
export interface CloudHsmWorld {
  readonly store: Store
  readonly settings: CloudHsmSettings
  readonly clock: SimulatorClock
  /** The real clock, for certificates; milliseconds since the epoch. */
  readonly realNow: () => number
  /** The service's own folder. */
  readonly folder: string
  /** Folder of all tokens of the sandbox. */
  readonly tokenFolder: string
}

/** What every operation works with. */
export interface CloudHsmContext extends CloudHsmWorld {
  readonly caller: Caller
  /** One of the service's own faults, for this request. */
  readonly fault?: WorldFaultName | undefined
}

/** An hour, which a fault `slow` adds. */
export const slowMs = 60 * 60_000

export function invalid(message: string): ServiceError {
  return new ServiceError('CloudHsmInvalidRequestException', message)
}

export function notFound(message: string): ServiceError {
  return new ServiceError('CloudHsmResourceNotFoundException', message)
}

/** Whether something is of the caller's account and in the Region that was called. */
export function isOwn(
  of: { readonly accountId: string; readonly region: string },
  { accountId, region }: Caller,
): boolean {
  return of.accountId === accountId && of.region === region
}

/**
 * A cluster of the caller's and its state.
 *
 * @throws {ServiceError} when there is none, or none any more
 */
export function findCluster(id: string, context: CloudHsmContext): { cluster: Cluster; state: ClusterState } {
  const cluster = context.store.cluster(id)
  const state = cluster && clusterState(cluster, context.clock.now())
  if (cluster === undefined || state === undefined || state === 'DELETED' || !isOwn(cluster, context.caller))
    throw notFound(`Cluster ${id} does not exist.`)
  return { cluster, state }
}

/** @throws {ServiceError} unless the state is one of these */
export function requireState(id: string, state: string, allowed: readonly string[]): void {
  if (!allowed.includes(state)) throw invalid(`${id} is in state ${state}, which does not allow this request.`)
}

/**
 * A backup of the caller's and its state.
 *
 * @throws {ServiceError} when there is none, or none any more
 */
export function findBackup(id: string, context: CloudHsmContext): { backup: Backup; state: BackupState } {
  const backup = context.store.backup(id)
  const state = backup && backupState(backup, context.clock.now())
  if (backup === undefined || state === undefined || state === 'DELETED' || !isOwn(backup, context.caller))
    throw notFound(`Backup ${id} does not exist.`)
  return { backup, state }
}
