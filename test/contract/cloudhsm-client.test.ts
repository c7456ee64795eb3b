import { createHash, generateKeyPairSync } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import type { JsonObject } from '../../engine/step/json.ts'
import { activate } from '../../steps/cloudhsm/activate.ts'
import { awaitAdmins } from '../../steps/cloudhsm/await-admins.ts'
import { configureClient } from '../../steps/cloudhsm/configure-client.ts'
import { createUser } from '../../steps/cloudhsm/create-user.ts'
import { generateKeyPair } from '../../steps/cloudhsm/generate-key-pair.ts'
import { importWrappingKey } from '../../steps/cloudhsm/import-wrapping-key.ts'
import { proveKey } from '../../steps/cloudhsm/prove-key.ts'
import { readUsers } from '../../steps/cloudhsm/read-users.ts'
import { setQuorum } from '../../steps/cloudhsm/set-quorum.ts'
import { stateSchema } from '../../steps/cloudhsm/simulator/state.ts'
import { trustKey } from '../../steps/cloudhsm/trust-key.ts'
import { wrapKey } from '../../steps/cloudhsm/wrap-key.ts'
import { hsmWorld, secretStore } from '../unit/steps/cloudhsm/client-world.ts'
import { configured, seededClient, type SeededClient, seededWords } from '../unit/steps/cloudhsm/seeded-client.ts'
import { contractEffectId } from './contract-context.ts'
import { stepContract, type ContractFailure, type ContractWorld } from './step-contract.ts'

type Inside = Pick<SeededClient, 'hsm' | 'client'>

const worlds = new WeakMap<ContractWorld, Inside>()

interface Arrangement {
  readonly admins?: readonly string[]
  readonly words?: JsonObject
  readonly configure?: boolean
  readonly prepare: (seeded: SeededClient) => Promise<JsonObject> | JsonObject
}

/** A sandbox for one test, with what the step needs there already. */
function arranged({ admins = [], words = {}, configure = true, prepare }: Arrangement) {
  return async (): Promise<ContractWorld> => {
    const seeded = await seededClient({ ...seededWords(admins), ...words }, admins)
    if (configure) await configured(seeded)
    const { hsm, client } = seeded
    const world: ContractWorld = {
      target: client,
      inputs: await prepare(seeded),
      fingerprint: () => Promise.resolve(insideOf(seeded)),
      now: () => hsm.world.clock.now(),
      letTimePass: () => Promise.resolve(hsm.world.pass(10_000)),
      secrets: seeded.secrets,
      secretStore: secretStore(contractEffectId),
      close: () => hsm.running.stop(),
    }
    worlds.set(world, seeded)
    return world
  }
}

/** What is in the HSMs, and what the client is configured for. */
function insideOf({ hsm, client }: Inside): string {
  const path = join(hsm.world.folder, 'cloudhsm', 'state.json')
  const state = Value.Parse(stateSchema, JSON.parse(readFileSync(path, 'utf8')))
  const clusters = state.clusters.map(({ id, data }) => ({
    id,
    users: data.users.map(({ name, role, failures }) => ({ name, role, failures })),
    quorum: data.quorum,
    trusted: data.keys.filter(({ trusted }) => trusted).length,
  }))
  const etc = join(client.folder, 'etc')
  const configured = existsSync(etc) ? readdirSync(etc).filter((name) => name.includes('cluster-')) : []
  return JSON.stringify({ clusters, tokens: objectsIn(hsm.world.tokenFolder), configured }, undefined, 1)
}

function objectsIn(tokens: string): readonly string[] {
  return readdirSync(tokens).flatMap((token) =>
    readdirSync(join(tokens, token)).flatMap((name) => (name.endsWith('.object') ? [`${token}/${name}`] : [])),
  )
}

/** The faults that a command can meet. */
function failures(looked: string | undefined, changed: string | undefined): ContractFailure[] {
  const meets = (operation: string, fault: 'fail' | 'reset-before' | 'reset-after') => (world: ContractWorld) =>
    worlds.get(world)?.hsm.world.plan(`cloudhsm-cli:${operation}`, fault)
  const looking: ContractFailure[] =
    looked === undefined
      ? []
      : [{ title: 'a look that is refused', during: 'check', provoke: meets(looked, 'fail'), code: 'transient' }]
  const changing: ContractFailure[] =
    changed === undefined
      ? []
      : [
          {
            title: 'a command that is refused',
            during: 'apply',
            provoke: meets(changed, 'fail'),
            code: 'device',
            outcomeUnknown: true,
          },
          {
            title: 'an answer lost after the effect',
            during: 'apply',
            provoke: meets(changed, 'reset-after'),
            code: 'device',
            outcomeUnknown: true,
          },
        ]
  return [...looking, ...changing]
}

const wrapping = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
const publicKeyPem = wrapping.export({ type: 'spki', format: 'pem' }).toString()
const sha256 = createHash('sha256')
  .update(wrapping.export({ type: 'spki', format: 'der' }))
  .digest('hex')

stepContract(
  configureClient,
  arranged({
    configure: false,
    prepare: ({ cluster }) => ({
      clusterId: cluster.id,
      region: 'us-east-1',
      trustAnchorPem: cluster.trustAnchorPem,
      keyAvailabilityCheck: true,
      tools: ['cli', 'pkcs11'],
    }),
  }),
)

stepContract(
  activate,
  async () => {
    const { machine, client, clusterId } = await hsmWorld({ activate: false })
    const { hsm } = machine
    const world: ContractWorld = {
      target: client,
      inputs: { clusterId },
      fingerprint: () => Promise.resolve(insideOf({ hsm, client })),
      now: () => hsm.world.clock.now(),
      secretStore: secretStore(contractEffectId),
      close: () => hsm.running.stop(),
    }
    worlds.set(world, { hsm, client })
    return world
  },
  { failures: failures('user_list', 'cluster_activate') },
)

stepContract(readUsers, arranged({ prepare: ({ cluster }) => ({ clusterId: cluster.id }) }), {
  failures: failures('user_list', undefined),
})

stepContract(
  awaitAdmins,
  arranged({
    admins: ['alice', 'bob'],
    prepare: ({ cluster }) => ({ clusterId: cluster.id, admins: ['alice', 'bob'] }),
  }),
  { failures: failures('user_list', undefined) },
)

stepContract(
  createUser,
  arranged({
    prepare: ({ cluster, folder }) => ({
      clusterId: cluster.id,
      username: 'appcu',
      role: 'crypto-user',
      initialPassword: `file:${join(folder, 'appcu')}`,
    }),
  }),
  { failures: failures('user_list', 'user_create') },
)

stepContract(
  setQuorum,
  arranged({
    admins: ['alice', 'bob', 'carol', 'dave', 'erin'],
    words: { quorum: { user: 2 } },
    prepare: ({ cluster }) => ({ clusterId: cluster.id, service: 'user', value: 3 }),
  }),
  { firstLook: 'different', failures: failures('user_list', 'quorum_token_sign_set_quorum_value') },
)

stepContract(
  generateKeyPair,
  arranged({
    prepare: ({ cluster }) => ({
      clusterId: cluster.id,
      as: 'rootcu',
      label: 'contract-key',
      algorithm: 'ec-p256',
      extractable: false,
    }),
  }),
  { failures: failures('key_list', 'key_generate_asymmetric_pair') },
)

stepContract(
  importWrappingKey,
  arranged({
    prepare: ({ cluster }) => ({ clusterId: cluster.id, as: 'rootcu', label: 'wrapping', publicKeyPem, sha256 }),
  }),
  { failures: failures('key_list', 'key_import') },
)

stepContract(
  trustKey,
  arranged({
    async prepare(seeded) {
      await importWrapping(seeded)
      return { clusterId: seeded.cluster.id, owner: 'rootcu', label: 'wrapping', sha256 }
    },
  }),
  { firstLook: 'different', failures: failures('key_list', 'key_set_attribute') },
)

const root = { keys: { 'example-root': { owner: 'rootcu', algorithm: 'ec-p384', extractable: true } } }

stepContract(
  wrapKey,
  arranged({
    words: root,
    async prepare(seeded) {
      await importWrapping(seeded)
      const { id: clusterId } = seeded.cluster
      const key = { label: 'example-root', wrappingKeyLabel: 'wrapping', wrappingKeySha256: sha256 }
      return { clusterId, as: 'rootcu', ...key }
    },
  }),
  // the copy is a file of its run
  { seenByOthers: false, failures: failures('key_list', undefined) },
)

stepContract(
  proveKey,
  arranged({
    words: root,
    prepare: ({ cluster: { id: clusterId, keys } }) => ({
      clusterId,
      as: 'rootcu',
      label: 'example-root',
      publicKeyPem: keys['example-root']?.publicKeyPem ?? '',
    }),
  }),
  { failures: failures('crypto_sign', undefined) },
)

/** The public key of another place, that may wrap. */
async function importWrapping({ client, cluster, folder }: SeededClient): Promise<void> {
  const path = join(folder, 'wrapping.pem')
  writeFileSync(path, publicKeyPem)
  const { signal } = new AbortController()
  const words = ['key', 'import', 'pem', '--path', path, '--label', 'wrapping', '--key-type-class', 'rsa-public']
  const attributes = ['--attributes', 'wrap=true', 'id=0x0102']
  await client.run({ clusterId: cluster.id, as: 'rootcu', words: [...words, ...attributes], signal })
}
