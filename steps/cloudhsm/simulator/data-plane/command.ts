import type { Json } from '../../../../engine/step/json.ts'
import type { WorldFaultName } from '../../../../engine/step/simulator.ts'
import type { Connection } from '../../../aws/simulator/service.ts'
import { hsmState } from '../lifecycle.ts'
import type { Backup, Cluster } from '../state.ts'
import type { DataPlane } from '../data-plane-state.ts'
import { CliError } from './cli-error.ts'
import type { Login } from './logins.ts'
import type { Options } from './options.ts'
import type { HsmWorld } from './hsm-world.ts'

/** One command that reached the HSMs of a cluster. */
export interface Call {
  readonly world: HsmWorld
  readonly cluster: Cluster
  readonly options: Options
  readonly connection: Connection
  /** Whoever is logged in on this connection. */
  readonly login: Login | undefined
  /** Whether the client wants keys on two HSMs before they are used. */
  readonly keyAvailabilityCheck: boolean
  /** A fault of its own that it has. */
  readonly fault: WorldFaultName | undefined
}

/** What a command answers. */
export interface Reply {
  readonly data: Json
  /** Content of the files that options name, base64. */
  readonly files?: Readonly<Record<string, string>>
}

/** What changes in a cluster, in one piece with its line in the ledger. */
export interface Commit {
  readonly data: DataPlane
  /** The command's words. */
  readonly operation: string
  /** Below the cluster: `user/alice`, `key/0x…`. */
  readonly resource: string
  /** More than the users and keys: an activation. */
  readonly cluster?: Cluster
  readonly backups?: readonly Backup[]
}

/** Durable, with its line in the ledger, before it returns. */
export function commit({ world, cluster }: Pick<Call, 'world' | 'cluster'>, change: Commit): void {
  const { data, operation, resource, backups } = change
  const changed = { ...(change.cluster ?? latest(world, cluster)), data }
  world.store.save(
    { clusters: [changed], ...(backups === undefined ? {} : { backups }) },
    { service: 'cloudhsm-hsm', operation, resource: `${cluster.id}/${resource}` },
  )
}

/** A change that nobody asked for: no line in the ledger. */
export function note({ world, cluster }: Pick<Call, 'world' | 'cluster'>, data: DataPlane): void {
  world.store.save({ clusters: [{ ...latest(world, cluster), data }] })
}

/** A cluster as it is now. */
export function latest(world: HsmWorld, { id }: Pick<Cluster, 'id'>): Cluster {
  const cluster = world.store.cluster(id)
  if (cluster === undefined) throw new CliError('Cluster does not exist')
  return cluster
}

export function activeHsms(cluster: Cluster, now: number): number {
  return cluster.hsms.filter((hsm) => hsmState(hsm, now) === 'ACTIVE').length
}

/** @throws {CliError} unless somebody of one of the roles is logged in */
export function requireLogin(call: Call, ...roles: readonly Login['role'][]): Login {
  const { login } = call
  if (login === undefined) throw new CliError('You must be logged in to run this command')
  if (!roles.includes(login.role)) throw new CliError(`This command cannot be run by a user with role ${login.role}`)
  return login
}
