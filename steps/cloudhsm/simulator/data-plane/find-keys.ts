import type { JsonObject } from '../../../../engine/step/json.ts'
import type { HsmUser } from '../data-plane-state.ts'
import { activeHsms, type Call, requireLogin } from './command.ts'
import { CliError } from './cli-error.ts'
import { type HsmKey, readKeys, shownAttributes } from './hsm-key.ts'
import type { Login } from './logins.ts'

/**
 * The keys that somebody sees: those that they own or that are shared with them, and all public keys; an admin sees all.
 *
 * @param filters `key-reference=0x…`, `attr.NAME=VALUE`
 * @throws {CliError} when one is no filter
 */
export async function findKeys(call: Call, filters: readonly string[]): Promise<readonly HsmKey[]> {
  const login = requireLogin(call, 'admin', 'crypto-user')
  const all = await keysOfCluster(call)
  const matches = filters.map(matcherOf)
  return all.filter((key) => isSeenBy(key, login) && matches.every((matching) => matching(key)))
}

/** @throws {CliError} unless exactly one key matches */
export async function getKey(call: Call, filters: readonly string[]): Promise<HsmKey> {
  const [key, ...others] = await findKeys(call, filters)
  if (key === undefined) throw new CliError('Key selection criteria matched no keys')
  if (others.length === 0) return key
  throw new CliError(
    `Key selection criteria matched ${others.length + 1} keys. Refine selection criteria to select a single key.`,
  )
}

/** {@link getKey} of one that whoever is logged in owns. */
export async function getOwnKey(call: Call, filters: readonly string[]): Promise<HsmKey> {
  const login = requireLogin(call, 'crypto-user')
  const key = await getKey(call, filters)
  if (key.owner !== login.username) throw new CliError('Only the owner of the key can do this')
  return key
}

/** All keys in the HSMs of a cluster. */
export async function keysOfCluster({ world, cluster }: Pick<Call, 'world' | 'cluster'>): Promise<readonly HsmKey[]> {
  const keys: HsmKey[] = []
  for (const { name, token } of cluster.data.users as readonly HsmUser[]) {
    if (token === undefined) continue
    keys.push(...(await world.keys.use(token, (session) => readKeys(session, name, token, cluster.data))))
  }
  return keys
}

function isSeenBy(key: HsmKey, login: Login): boolean {
  if (login.role === 'admin' || key.class === 'public-key' || key.owner === login.username) return true
  return key.note.sharedWith.includes(login.username)
}

function matcherOf(filter: string): (key: HsmKey) => boolean {
  const at = filter.indexOf('=')
  const [name, value] = [filter.slice(0, Math.max(at, 0)), filter.slice(at + 1)]
  if (name === 'key-reference') return (key) => BigInt(key.reference) === numberOf(value)
  if (!name.startsWith('attr.')) throw new CliError(`Invalid filter: ${filter}`)
  const attribute = name.slice('attr.'.length)
  return (key) => {
    const found = shownAttributes(key)[attribute]
    if (found === undefined) return false
    const text = typeof found === 'string' ? found : JSON.stringify(found)
    return attribute === 'id' ? sameId(text, value) : text === value
  }
}

function numberOf(text: string): bigint {
  try {
    return BigInt(text)
  } catch {
    throw new CliError(`Invalid key reference: ${text}`)
  }
}

function sameId(found: string, wanted: string): boolean {
  const digits = (text: string) => text.replace(/^0x/, '').toLowerCase()
  return digits(found) === digits(wanted)
}

/** How many HSMs have a key. */
export function holders({ cluster, world }: Pick<Call, 'cluster' | 'world'>, key: HsmKey): number {
  const now = world.clock.now()
  const active = activeHsms(cluster, now)
  return key.note.partlyUntil !== undefined && now < key.note.partlyUntil ? Math.min(1, active) : active
}

/** @throws {CliError} when the client wants keys on two HSMs and this one is not */
export function requireAvailable(call: Call, key: HsmKey): void {
  if (call.keyAvailabilityCheck && holders(call, key) < 2) throw unavailable()
}

export function unavailable(): CliError {
  return new CliError(
    'Key does not meet the availability requirements. The key must be available on at least 2 HSMs before being used.',
  )
}

/** As `key list --verbose` shows it. */
export function shownKey(call: Pick<Call, 'cluster' | 'world'>, key: HsmKey): JsonObject {
  const coverage = holders(call, key) < activeHsms(call.cluster, call.world.clock.now()) ? 'inconsistent' : 'full'
  const user = (username: string) => ({ username, 'key-coverage': coverage })
  const own = key.class !== 'public-key'
  return {
    'key-reference': key.reference,
    'key-info': {
      'key-owners': [user(key.owner)],
      'shared-users': own ? key.note.sharedWith.map(user) : [],
      'key-quorum-values': {
        'manage-key-quorum-value': own ? (key.note.manageQuorum ?? 0) : 0,
        'use-key-quorum-value': own ? (key.note.useQuorum ?? 0) : 0,
      },
      'cluster-coverage': coverage,
    },
    attributes: shownAttributes(key),
  }
}
