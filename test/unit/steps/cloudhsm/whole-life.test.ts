import { CloudHSMV2 } from '@aws-sdk/client-cloudhsm-v2'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import type { JsonObject } from '../../../../engine/step/json.ts'
import type { RunningSimulator } from '../../../../engine/step/simulator.ts'
import { clientConfig } from '../../../../steps/aws/client-config.ts'
import { cloudhsm } from '../../../../steps/cloudhsm/index.ts'
import { awsCli, hasAwsCli } from '../aws/aws-cli.ts'
import { openAws, startSandbox, TestWorld } from '../aws/sandbox.ts'
import { liveWholeLife, type Ask, type Region } from './whole-life.ts'

// Official clients drive the sandbox through a whole life cycle. These tests know its endpoint and credentials, and nothing of its
// inside: no setting, no clock.

/** What a rehearsal file is told of an `aws` binding, and the environment's entry for it. */
interface Place {
  readonly entry: JsonObject
  readonly subnetIds: readonly string[]
}

/** The simulators of the family, by the kind of binding that they answer for. */
async function start(kind: string, world = new TestWorld()): Promise<RunningSimulator> {
  const simulators = await Promise.all(cloudhsm.simulators.map((load) => load()))
  const simulator = simulators.find(({ bindingKind }) => bindingKind === kind)
  if (simulator === undefined) throw new Error(`nobody simulates ${kind}`)
  return (await startSandbox(simulator, {}, world)).running
}

async function placeIn(running: RunningSimulator, region: string): Promise<Place> {
  const { entry, facts } = await running.binding(region, { region, cloudhsm: {} })
  return { entry, subnetIds: (facts['cloudhsm'] as { subnetIds: string[] } & JsonObject).subnetIds }
}

function text(entry: JsonObject, member: string): string {
  const value = entry[member]
  if (typeof value !== 'string') throw new Error(`${member} is no text`)
  return value
}

/** Activates a cluster as its administrator does, with the client software. */
async function activateThrough(endpoint: string, clusterId: string, trustAnchorPath: string): Promise<void> {
  const [, load] = cloudhsm.simulators
  const running = await (await load?.())?.start(new TestWorld())
  if (running === undefined) throw new Error('nobody simulates the client software')
  onTestFinished(() => running.stop())
  const { entry } = await running.binding('hsmClient', { endpoint })
  const folder = text(entry, 'folder')
  const run = (program: string, ...args: string[]) => promisify(execFile)(join(folder, 'bin', program), args)
  copyFileSync(trustAnchorPath, join(folder, 'etc', 'customerCA.crt'))
  await run('configure-cli', '--cluster-id', clusterId, '--region', 'us-east-1', '--endpoint', endpoint)
  const { stdout } = await run('cloudhsm-cli', 'cluster', 'activate', '--password', 'a-long-password')
  expect(JSON.parse(stdout)).toMatchObject({ error_code: 0 })
}

async function liveWith(askIn: (place: Place) => Promise<Ask> | Ask): Promise<void> {
  const running = await start('aws')
  const [here, there] = [await placeIn(running, 'us-east-1'), await placeIn(running, 'us-west-2')]
  const region = async (name: string, place: Place): Promise<Region> => {
    return { name, subnetIds: place.subnetIds, ask: await askIn(place) }
  }
  await liveWholeLife(await region('us-east-1', here), await region('us-west-2', there), (id, anchor) =>
    activateThrough(text(here.entry, 'endpoint'), id, anchor),
  )
}

it('lives a whole life with the official JavaScript client', { timeout: 300_000 }, async () => {
  await liveWith(async ({ entry }) => {
    const client = new CloudHSMV2(clientConfig(await openAws(entry)))
    return async (operation, input) => {
      const { [`${operation}Command`]: Command } = (await import('@aws-sdk/client-cloudhsm-v2')) as unknown as Record<
        string,
        new (input: Record<string, unknown>) => Parameters<typeof client.send>[0]
      >
      if (Command === undefined) throw new Error(`the client has no ${operation}`)
      return client.send(new Command(input)) as unknown as Promise<Record<string, unknown>>
    }
  })
})

it.skipIf(!hasAwsCli)('lives a whole life with the AWS CLI', { timeout: 600_000 }, async () => {
  await liveWith(({ entry }) => async (operation, input) => {
    const words = ['cloudhsmv2', kebab(operation), '--cli-input-json', JSON.stringify(input)]
    return ((await awsCli({ endpoint: text(entry, 'endpoint'), entry }, words)) ?? {}) as Record<string, unknown>
  })
})

/** `DescribeClusters` is `describe-clusters` there. */
function kebab(operation: string): string {
  return operation.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
}
