import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { StepError } from '../../../../engine/step/errors.ts'
import type { Json } from '../../../../engine/step/json.ts'
import { faultNames, type FaultName, type Faults, type WorldFaultName } from '../../../../engine/step/simulator.ts'
import type { Connection, Reached } from '../../../aws/simulator/service.ts'
import type { CloudHsmWorld } from '../context.ts'
import { clusterState, hsmState } from '../lifecycle.ts'
import type { Cluster } from '../state.ts'
import { CliError } from './cli-error.ts'
import { latest } from './command.ts'
import { commands, faultOperation } from './commands.ts'
import type { HsmWorld } from './hsm-world.ts'
import { inventoryOf } from './inventory.ts'
import { KeyStore } from './key-store.ts'
import { Logins } from './logins.ts'
import { nextPeopleEvent, peopleAct } from './people-act.ts'
import { People } from './people.ts'
import { Options, optionsSchema } from './options.ts'
import { placeLeftTokens } from './user-tokens.ts'

/** The name of the HSMs' commands in faults. */
const faultService = 'cloudhsm-cli'
/** What can happen to a command; the others are of HTTP services. */
const commandFaults: readonly FaultName[] = ['fail', 'reset-before', 'reset-after', 'hang']

const commandSchema = Type.Object({
  clusterId: Type.Optional(Type.String()),
  addresses: Type.Array(Type.String()),
  trustAnchorPem: Type.String(),
  keyAvailabilityCheck: Type.Boolean(),
  command: Type.String(),
  options: optionsSchema,
})
const serversSchema = Type.Object({ clusterId: Type.String() })

type CommandRequest = Type.Static<typeof commandSchema>

/** The inside of the HSMs of all simulated clusters, as the programs of the CloudHSM client reach it. */
export class Hsms {
  readonly world: HsmWorld

  constructor(world: CloudHsmWorld & { readonly faults: Faults }) {
    const people = new People(world.folder)
    this.world = {
      ...world,
      people,
      keys: new KeyStore(world),
      logins: new Logins(({ tokens }) => people.forget(tokens)),
    }
    placeLeftTokens(world)
    for (const { words, effect, partly } of commands.values()) {
      const own: WorldFaultName[] = partly === true ? ['partly'] : words === 'cluster activate' ? ['slow'] : []
      // an error that says no more than that is a refused password to whoever logs in, and rightly remembered
      const not: FaultName | undefined = effect === 'look' ? 'reset-after' : words === 'login' ? 'fail' : undefined
      const names = commandFaults.filter((name) => name !== not)
      world.faults.declare?.(faultService, faultOperation(words), [...names, ...own])
    }
  }

  /**
   * Logs in to the tokens of all users. SoftHSM counts logins in a token's files: from here on a look leaves them as they are,
   * since sessions stay open.
   */
  async logIn(): Promise<void> {
    const live = this.world.store.state.clusters.filter((cluster) => cluster.live)
    for (const { token } of live.flatMap(({ data }) => data.users))
      if (token !== undefined) await this.world.keys.use(token, async () => undefined)
  }

  /** Answers a request of one of the programs. @returns `undefined` when the path is none of the HSMs' */
  async reach(path: string, body: Uint8Array, connection: Connection): Promise<Reached | undefined> {
    if (path === '/cloudhsm/servers') return answered(this.#servers(parsed(body)))
    if (path !== '/cloudhsm/command') return undefined
    const request = parsed(body)
    if (!Value.Check(commandSchema, request)) return { status: 400, body: '{"error":"no command"}' }
    return this.#command(request, connection)
  }

  /** Users and keys of each cluster, a line each. */
  inventory(): readonly string[] {
    return inventoryOf(this.world)
  }

  async stop(): Promise<void> {
    await this.world.keys.stop()
  }

  /** Addresses of the HSMs that work: what DescribeClusters tells `configure-cli`. */
  #servers(request: unknown): Json {
    if (!Value.Check(serversSchema, request)) return {}
    const now = this.world.clock.now()
    const cluster = this.world.store.cluster(request.clusterId)
    if (cluster === undefined || clusterState(cluster, now) === 'DELETED') return {}
    return { addresses: cluster.hsms.filter((hsm) => hsmState(hsm, now) === 'ACTIVE').map(({ eniIp }) => eniIp) }
  }

  async #command(request: CommandRequest, connection: Connection): Promise<Reached> {
    const { world } = this
    const command = commands.get(request.command)
    if (command === undefined) return refused('Command is not simulated')
    await peopleAct(world)
    const fault = world.faults.take(faultService, faultOperation(command.words))
    if (fault === 'reset-before' || fault === 'hang') return { fault }
    if (fault !== undefined && fault !== 'reset-after' && faultNames.some((name) => name === fault))
      return refused('Internal error')
    try {
      const cluster = this.#connected(request, connection)
      const reply = await command.run({
        world,
        cluster,
        connection,
        options: new Options(request.options),
        login: this.#login(cluster, connection),
        keyAvailabilityCheck: request.keyAvailabilityCheck,
        fault: fault === 'partly' || fault === 'slow' ? fault : undefined,
      })
      if (command.effect === 'look') this.#moveOn(command.words, latest(world, cluster))
      if (fault === 'reset-after') return { fault }
      const { data, files } = reply
      return answered({ envelope: { error_code: 0, data }, ...(files === undefined ? {} : { files }) })
    } catch (error) {
      if (error instanceof CliError) return refused(error.message)
      if (StepError.is(error)) return refused(`HSM error: ${String(error.facts?.['ckr'] ?? error.code)}`)
      throw error
    }
  }

  /** The cluster whose HSM the client connects to. @throws {CliError} */
  #connected({ clusterId, addresses, trustAnchorPem }: CommandRequest, connection: Connection): Cluster {
    const { store, clock, logins } = this.world
    const now = clock.now()
    const there = store.state.clusters.filter(
      (cluster) =>
        (clusterId === undefined || cluster.id === clusterId) &&
        clusterState(cluster, now) !== 'DELETED' &&
        cluster.hsms.some((hsm) => hsmState(hsm, now) === 'ACTIVE' && addresses.includes(hsm.eniIp)),
    )
    if (there.length === 0 && clusterId !== undefined) logins.end(connection, clusterId)
    if (there.length === 0) throw new CliError('HSM is not available')
    const initialized = there.filter(
      (cluster) => cluster.initialized !== undefined && now >= cluster.initialized.endsAt,
    )
    if (initialized.length === 0) throw new CliError('Cluster is not initialized')
    const trusted = initialized.find(
      (cluster) => compact(cluster.initialized?.trustAnchorPem ?? '') === compact(trustAnchorPem),
    )
    if (trusted === undefined) throw new CliError('Certificate of the HSM is not signed by the trust anchor')
    return trusted
  }

  #login({ id, data }: Cluster, connection: Connection) {
    const login = this.world.logins.find(connection, id)
    if (login === undefined) return undefined
    const known = data.users.some((user) => user.name === login.username && user.role === login.role)
    if (!known) this.world.logins.end(connection, id)
    return known ? login : undefined
  }

  /** Who looks at something that is pending wants to see it done: time moves to when it is. */
  #moveOn(words: string, cluster: Cluster): void {
    const now = this.world.clock.now()
    const copied = cluster.data.keys.flatMap(({ partlyUntil = 0 }) => (partlyUntil > now ? [partlyUntil] : []))
    const at = words === 'key list' ? Math.min(...copied) : nextPeopleEvent(this.world, words, cluster)
    if (at !== undefined && Number.isFinite(at)) this.world.clock.advanceTo(at)
  }
}

function compact(pem: string): string {
  return pem.replace(/\s+/g, '')
}

function answered(body: Json): Reached {
  return { status: 200, body: JSON.stringify(body) }
}

function refused(message: string): Reached {
  return answered({ envelope: { error_code: 1, data: message } })
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return undefined
  }
}
