import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { StepError } from '../../../engine/step/errors.ts'
import type { Json, JsonObject } from '../../../engine/step/json.ts'
import {
  faultNames,
  type RunningSimulator,
  type Simulator,
  type SimulatorWorld,
} from '../../../engine/step/simulator.ts'
import { Accounts } from './accounts.ts'
import { callerOf } from './authenticate.ts'
import { readJson, writeDurably } from './durable-file.ts'
import { startServer } from './server.ts'
import type { QueryService } from './query-service.ts'
import type { AwsService, RunningService } from './service.ts'
import { stsService } from './sts.ts'

/** A simulated AWS whose services are known, so that two of them can become one. */
interface AwsSimulator extends Simulator {
  readonly services: readonly SimulatedService[]
}

/** A service that speaks JSON 1.1, or the query protocol. */
export type SimulatedService = AwsService | QueryService

export interface AwsSimulatorOptions {
  /** The real clock, for signatures; milliseconds since the epoch. */
  readonly realNow?: () => number
}

/** What a rehearsal file may say about an `aws` binding. */
const wantedSchema = Type.Object({
  accountId: Type.Optional(Type.String({ pattern: '^[0-9]{12}$' })),
  partition: Type.Optional(Type.String()),
  region: Type.Optional(Type.String()),
})

/**
 * Simulates AWS: one loopback server for the given services, real wire protocol, real signatures.
 *
 * Each family gives its own; `join` makes one of them, because an `aws` binding has one endpoint.
 */
export function awsSimulator(services: readonly SimulatedService[], options: AwsSimulatorOptions = {}): AwsSimulator {
  return {
    name: `simulated ${services.length === 1 ? services.map(({ title }) => title).join('') : 'AWS'}`,
    bindingKind: 'aws',
    services,
    notRehearsed: [
      'AWS IAM, service control policies and resource policies: the sandbox allows every request whose action the rehearsal file does not deny',
      'AWS request rates and account quotas',
      ...services.flatMap(({ notRehearsed }) => notRehearsed),
    ],
    start: (world) => start(services, options, world),
    join(other) {
      if (!isAwsSimulator(other)) throw new Error(`\`${other.name}\` is no simulated AWS`)
      const more = other.services.filter(({ name }) => services.every((mine) => mine.name !== name))
      return awsSimulator([...services, ...more], options)
    },
  }
}

function isAwsSimulator(simulator: Simulator): simulator is AwsSimulator {
  return simulator.bindingKind === 'aws' && 'services' in simulator
}

async function start(
  services: readonly SimulatedService[],
  { realNow = Date.now }: AwsSimulatorOptions,
  world: SimulatorWorld,
): Promise<RunningSimulator> {
  mkdirSync(world.folder, { recursive: true, mode: 0o700 })
  const accounts = new Accounts(world.folder)
  const hosted: { readonly service: SimulatedService; readonly running: RunningService }[] = []
  for (const service of [...services, stsService]) {
    const folder = join(world.folder, service.name)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    hosted.push({
      service,
      running: await service.open({ ...world, folder, services: () => hosted.map((each) => each.running) }),
    })
    const { worldFaults = {} } = 'targetPrefix' in service ? service : {}
    for (const operation of Object.keys(service.operations))
      world.faults.declare?.(service.name, operation, [...faultNames, ...(worldFaults[operation] ?? [])])
  }
  const { port, stop } = await startServer(
    {
      accounts,
      services: hosted.flatMap(({ service, running }) => ('targetPrefix' in service ? [{ service, running }] : [])),
      queryServices: hosted.flatMap(({ service, running }) => ('dialect' in service ? [{ service, running }] : [])),
      ...{ faults: world.faults, clock: world.clock, outages: new Map(), realNow },
    },
    keptPort(world),
  )
  writeDurably(join(world.folder, 'server.json'), JSON.stringify({ port }))
  return {
    async binding(_name, wanted) {
      const { account, entry, facts } = bindingOf(wanted, accounts, port)
      const seeded: Record<string, JsonObject> = {}
      for (const { service, running } of hosted) {
        const words = wanted[service.name]
        if (words === undefined) continue
        if (running.seed === undefined || !isJsonObject(words))
          throw new StepError('invalid', `simulated ${service.title} cannot begin as \`${service.name}\` says`)
        seeded[service.name] = await running.seed(words, callerOf(account))
      }
      return { entry, facts: { ...facts, ...seeded } }
    },
    inventory: async () =>
      (await Promise.all(hosted.map(({ running }) => running.inventory?.() ?? Promise.resolve([])))).flat(),
    async stop() {
      await stop()
      for (const { running } of hosted) await running.stop?.()
    },
  }
}

function isJsonObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The port of last time, so that endpoints and CRL addresses keep their meaning; 0: any. */
function keptPort(world: SimulatorWorld): number {
  const stored = readJson(join(world.folder, 'server.json'))
  return stored === undefined ? 0 : Value.Parse(Type.Object({ port: Type.Integer() }), stored).port
}

function bindingOf(wanted: JsonObject, accounts: Accounts, port: number) {
  const { accountId = '111122223333', partition = 'aws', region = 'us-east-1' } = Value.Parse(wantedSchema, wanted)
  const account = accounts.findOrMake(accountId, partition, region)
  const entry = {
    accountId,
    partition,
    region,
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: account.accessKeyId, secretAccessKey: `file:${accounts.secretPath(account)}` },
  }
  return { account, entry, facts: { crlCname: `127.0.0.1:${port}`, endpoint: entry.endpoint } }
}
