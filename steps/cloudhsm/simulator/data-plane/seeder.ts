import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StepError } from '../../../../engine/step/errors.ts'
import type { JsonObject } from '../../../../engine/step/json.ts'
import { writeDurably } from '../../../aws/simulator/durable-file.ts'
import { spkiSha256 } from '../../../x509/model/digest.ts'
import { encodePem } from '../../../x509/model/pem.ts'
import type { DataPlane, HsmUser } from '../data-plane-state.ts'
import type { Seeder } from '../seed.ts'
import type { ClusterWords } from '../seed-words.ts'
import { readKeys } from './hsm-key.ts'
import type { HsmWorld } from './hsm-world.ts'
import { makePair } from './make-keys.ts'
import { hashOf } from './passwords.ts'
import { seedRootCa } from './seed-root-ca.ts'
import { makeUserToken, placeUserToken } from './user-tokens.ts'

/** Fills the HSMs of clusters that are there from the beginning. */
export function seederOf(world: HsmWorld): Seeder {
  return {
    fill: (name, words) => fill(name, words, world),
    async people({ admins, keyUsers = [], folder }) {
      world.people.meet({ names: [...admins, ...keyUsers], folder })
    },
  }
}

async function fill(
  name: string,
  { users = {}, quorum = {}, keys = {} }: ClusterWords,
  world: HsmWorld,
): Promise<{ readonly data: DataPlane; readonly facts: JsonObject }> {
  const createdAt = world.clock.now()
  const made: HsmUser[] = []
  const facts: Record<string, JsonObject> = {}
  const tokens: Record<string, JsonObject> = {}
  for (const user of ['admin', ...(users.admins ?? [])]) {
    const [path, registered] = user === 'admin' ? [secretFile(world, name, user), {}] : personOf(world, user)
    made.push({ name: user, role: 'admin', ...hashOf(read(path)), failures: 0, createdAt, ...registered })
    facts[user] = { role: 'admin', password: `file:${path}` }
  }
  for (const user of users.cryptoUsers ?? []) {
    const path = secretFile(world, name, user)
    const pin = `${user}:${read(path)}`
    const token = await makeUserToken(world, user, pin)
    const registered = world.people.knows(user) ? registeredBy(world, user) : {}
    const hash = hashOf(read(path))
    const member: HsmUser = { name: user, role: 'crypto-user', ...hash, failures: 0, createdAt, token, ...registered }
    placeUserToken(world, member)
    made.push(member)
    facts[user] = { role: 'crypto-user', password: `file:${path}` }
    const pinPath = `${path}.pin`
    writeDurably(pinPath, `${pin}\n`)
    tokens[user] = { label: token.label, serial: token.serial, pin: `file:${pinPath}` }
  }
  const data: DataPlane = { users: made, quorum, keys: [] }
  const pairs: Record<string, JsonObject> = {}
  for (const [label, words] of Object.entries(keys)) pairs[label] = await seedPair(label, words, data, world)
  return { data, facts: { users: facts, tokens, keys: pairs } }
}

type KeyWords = NonNullable<ClusterWords['keys']>[string]

/** A pair to sign with. */
async function seedPair(
  label: string,
  { owner, algorithm, extractable = false, rootCa }: KeyWords,
  data: DataPlane,
  world: HsmWorld,
): Promise<JsonObject> {
  const token = data.users.find(({ name }) => name === owner)?.token
  if (token === undefined) throw new StepError('invalid', `key \`${label}\` is of \`${owner}\`, who is no crypto user`)
  const ckaId = randomBytes(16).toString('hex')
  const half = { label, ckaId, id: ckaId }
  const [spki, published] = await world.keys.use(token, async (session) => {
    await makePair(session, {
      size: sizeOf(label, algorithm),
      public: { ...half, values: { VERIFY: true } },
      private: { ...half, values: { SIGN: true, EXTRACTABLE: extractable } },
    })
    const pair = (await readKeys(session, owner, token, data)).filter(({ id }) => id === ckaId)
    const found = pair.find((key) => key.class === 'public-key')?.spki
    const privateKey = pair.find((key) => key.class === 'private-key')?.handle
    if (found === undefined || privateKey === undefined) throw new Error(`key ${label} was made and is not there`)
    const key = { session, privateKey, spki: found }
    return [found, rootCa === undefined ? {} : await seedRootCa(rootCa, key, world.realNow())] as const
  })
  return {
    ...published,
    keyId: ckaId,
    publicKeyPem: encodePem('PUBLIC KEY', spki),
    spkiSha256: spkiSha256(spki),
  }
}

function sizeOf(label: string, algorithm: string) {
  switch (algorithm) {
    case 'ec-p256':
      return { curve: 'prime256v1' }
    case 'ec-p384':
      return { curve: 'secp384r1' }
    case 'rsa-2048':
    case 'rsa-3072':
    case 'rsa-4096':
      return { bits: Number(algorithm.slice('rsa-'.length)), exponent: 65_537n }
    default:
      throw new StepError('invalid', `key \`${label}\` is \`${algorithm}\`, which the simulated HSMs do not make`)
  }
}

/** An admin of a seed approves: with a key that a simulated person holds. */
function personOf(world: HsmWorld, user: string): [string, Pick<HsmUser, 'quorumPublicKeyPem'>] {
  return [world.people.passwordFile(user), registeredBy(world, user)]
}

function registeredBy({ people }: HsmWorld, user: string): Pick<HsmUser, 'quorumPublicKeyPem'> {
  people.show(user)
  return { quorumPublicKeyPem: people.publicKeyPem(user) }
}

/** The file of a password that is made up, readable by its owner alone. */
function secretFile({ folder }: HsmWorld, cluster: string, user: string): string {
  const path = join(folder, 'passwords', cluster, user)
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeDurably(path, `${randomBytes(12).toString('hex')}\n`)
  }
  return path
}

function read(path: string): string {
  return readFileSync(path, 'utf8').trimEnd()
}
