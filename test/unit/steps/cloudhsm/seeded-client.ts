import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { JsonObject } from '../../../../engine/step/json.ts'
import { Secret } from '../../../../engine/step/secret.ts'
import { cloudHsmClientBinding } from '../../../../steps/cloudhsm/hsm-client/binding.ts'
import { asCloudHsmClient, type CloudHsmClient } from '../../../../steps/cloudhsm/hsm-client/client.ts'
import { clientConfig } from '../../../../steps/cloudhsm/hsm-client/config.ts'
import { configureClient } from '../../../../steps/cloudhsm/hsm-client/configuration.ts'
import { cloudHsmClientSimulator } from '../../../../steps/cloudhsm/simulator/client/client-simulator.ts'
import { onTestFinished } from 'vitest'
import { openContext } from '../aws/sandbox.ts'
import { type Hsm, startHsm } from './hsm.ts'

const seededSchema = Type.Object({
  clusters: Type.Object({
    root: Type.Object({
      id: Type.String(),
      trustAnchorPem: Type.String(),
      hsms: Type.Array(Type.Object({ eniIp: Type.String() })),
      users: Type.Record(Type.String(), Type.Object({ role: Type.String(), password: Type.String() })),
      keys: Type.Record(Type.String(), Type.Object({ keyId: Type.String(), publicKeyPem: Type.String() })),
    }),
  }),
})

export type SeededCluster = Type.Static<typeof seededSchema>['clusters']['root']

export interface SeededClient {
  readonly hsm: Hsm
  readonly client: CloudHsmClient
  readonly cluster: SeededCluster
  readonly folder: string
  readonly quorumFolder: string
  /** Passwords of all users. */
  readonly secrets: readonly string[]
}

/** What a rehearsal file says of the cluster: a crypto user, and admins with registered keys. */
export function seededWords(admins: readonly string[] = []): JsonObject {
  return { hsms: 2, users: { admins, cryptoUsers: ['rootcu'] } }
}

/** A cluster that is there from the beginning, and a client that is configured for it. */
export async function seededClient(words: JsonObject, admins: readonly string[] = []): Promise<SeededClient> {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-seeded-'))
  const quorumFolder = join(folder, 'quorum')
  mkdirSync(quorumFolder)
  const people = { admins, folder: quorumFolder }
  const hsm = await startHsm({ wanted: { cloudhsm: { clusters: { root: words }, people } } })
  const cluster = Value.Parse(seededSchema, hsm.facts['cloudhsm']).clusters.root
  const running = await cloudHsmClientSimulator.start(hsm.world)
  onTestFinished(() => running.stop())
  const { entry } = await running.binding('hsmClient', {
    endpoint: hsm.endpoint,
    users: cluster.users,
    quorumFolder,
  })
  const { capability } = await cloudHsmClientBinding.open(
    Value.Parse(clientConfig, entry),
    openContext({
      name: 'hsmClient',
      login: ({ reference }, attempt) => attempt(new Secret(reference, readPassword(reference))),
    }),
  )
  const client = asCloudHsmClient(capability)
  return { hsm, client, cluster, folder, quorumFolder, secrets: secretsOf(cluster) }
}

/** Lets the programs know the cluster. */
export async function configured(world: SeededClient): Promise<void> {
  const { client, cluster } = world
  await configureClient(
    client,
    {
      clusterId: cluster.id,
      region: 'us-east-1',
      trustAnchorPem: cluster.trustAnchorPem,
      keyAvailabilityCheck: true,
      tools: ['cli'],
      addresses: [],
    },
    new AbortController().signal,
  )
}

function secretsOf({ users }: SeededCluster): readonly string[] {
  return Object.values(users).map(({ password }) => readPassword(password))
}

function readPassword(reference: string): string {
  return readFileSync(reference.slice('file:'.length), 'utf8').trimEnd()
}
