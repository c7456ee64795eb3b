import { createPublicKey } from 'node:crypto'
import type { DataPlane, HsmUser, KeyNote } from '../data-plane-state.ts'
import { activeHsms, type Call, commit, type Reply, requireLogin } from './command.ts'
import { CliError } from './cli-error.ts'
import { findKeys, getKey, getOwnKey, holders, keysOfCluster, shownKey, unavailable } from './find-keys.ts'
import { type HsmKey, noteOf, pairOf, withNote } from './hsm-key.ts'
import { readAttributes, requireLabel } from './key-attributes.ts'
import type { Token } from './key-store.ts'
import { idsOf, makeAesKey, makePair, makePublicKey, requireFreeId, sharingOf } from './make-keys.ts'
import { getUser } from './users.ts'

export async function listKeys(call: Call): Promise<Reply> {
  const { options } = call
  const login = requireLogin(call, 'admin', 'crypto-user')
  const all = (await findKeys(call, options.list('filter'))).toSorted((a, b) => a.reference.localeCompare(b.reference))
  const start = options.integer('starting-token', 0, all.length) ?? 0
  const page = all.slice(start, start + (options.integer('max-items', 1, 1000) ?? 10))
  const end = start + page.length
  const verbose = options.flag('verbose') && login.role !== 'admin'
  const shown = (key: HsmKey) =>
    verbose ? shownKey(call, key) : { 'key-reference': key.reference, attributes: { label: key.label } }
  return {
    data: {
      matched_keys: page.map(shown),
      total_key_count: all.length,
      returned_key_count: page.length,
      ...(end < all.length ? { next_token: String(end) } : {}),
    },
  }
}

/** Who is logged in, and the token that has this user's keys. */
export function cryptoUser(call: Call): { readonly user: HsmUser; readonly token: Token } {
  const login = requireLogin(call, 'crypto-user')
  const user = getUser(call.cluster.data, login.username, 'crypto-user')
  if (user.token === undefined) throw new Error(`crypto user ${user.name} has no token`)
  if (call.options.flag('session')) throw new CliError('Session keys are not simulated')
  return { user, token: user.token }
}

export async function generatePair(call: Call, kind: 'rsa' | 'ec'): Promise<Reply> {
  const { options, cluster, world } = call
  const { user, token } = cryptoUser(call)
  const wanted = {
    public: readAttributes(options.list('public-attributes')),
    private: readAttributes(options.list('private-attributes')),
  }
  const sharing = sharingOf(
    cluster.data,
    user.name,
    options.list('share-crypto-users'),
    options.integer('manage-private-key-quorum-value', 1, 8),
    options.integer('use-private-key-quorum-value', 1, 8),
  )
  const { ids, anonymous } = idsOf(wanted.public.id, wanted.private.id)
  const [publicId = '', privateId = ''] = ids
  const size = kind === 'ec' ? { curve: options.text('curve') } : rsaSize(call)
  await world.keys.use(token, async (session) => {
    await requireFreeId(session, publicId, 'public-key')
    await requireFreeId(session, privateId, 'private-key')
    await makePair(session, {
      size,
      public: { ...wanted.public, label: requireLabel(options.text('public-label')), ckaId: publicId },
      private: { ...wanted.private, label: requireLabel(options.text('private-label')), ckaId: privateId },
    })
  })
  const note = {
    owner: user.name,
    id: privateId,
    anonymous,
    trusted: false,
    ...sharing,
    sharedWith: [...sharing.sharedWith],
  }
  const made = await announce(call, note, 'key generate-asymmetric-pair', 'private-key')
  const other = pairOf(made.key, made.all) ?? made.all.find((key) => key.id === publicId && key.owner === user.name)
  if (other === undefined) throw new Error('half a key pair was made')
  return { data: { public_key: shownKey(made, other), private_key: shownKey(made, made.key) } }
}

function rsaSize({ options }: Call): { readonly bits: number; readonly exponent: bigint } {
  const bits = options.integer('modulus-size-bits', 2048, 4096) ?? 2048
  if (bits % 256 !== 0) throw new CliError('Modulus size must be a multiple of 256')
  const exponent = BigInt(options.integer('public-exponent', 65_537, Number.MAX_SAFE_INTEGER) ?? 65_537)
  if (exponent % 2n === 0n) throw new CliError('Public exponent must be odd')
  return { bits, exponent }
}

export async function generateAes(call: Call): Promise<Reply> {
  const { options, cluster, world } = call
  const { user, token } = cryptoUser(call)
  const { values, id } = readAttributes(options.list('attributes'))
  const sharing = sharingOf(
    cluster.data,
    user.name,
    options.list('share-crypto-users'),
    options.integer('manage-key-quorum-value', 1, 8),
    options.integer('use-key-quorum-value', 1, 8),
  )
  const { ids, anonymous } = idsOf(id)
  const [ckaId = ''] = ids
  await world.keys.use(token, async (session) => {
    await requireFreeId(session, ckaId, 'secret-key')
    const bytes = Number(options.text('key-length-bytes'))
    await makeAesKey(session, { label: requireLabel(options.text('label')), ckaId, bytes, values })
  })
  const note = {
    owner: user.name,
    id: ckaId,
    anonymous,
    trusted: false,
    ...sharing,
    sharedWith: [...sharing.sharedWith],
  }
  const { key, cluster: changed } = await announce(call, note, 'key generate-symmetric', 'secret-key')
  return { data: { key: shownKey({ ...call, cluster: changed }, key) } }
}

export async function importPem(call: Call): Promise<Reply> {
  const { options, world } = call
  const { user, token } = cryptoUser(call)
  const { values, id } = readAttributes(options.list('attributes'))
  const { ids, anonymous } = idsOf(id)
  const [ckaId = ''] = ids
  const spki = readPem(options.file('path') ?? Buffer.alloc(0), options.text('key-type-class'))
  await world.keys.use(token, async (session) => {
    await requireFreeId(session, ckaId, 'public-key')
    await makePublicKey(session, { label: requireLabel(options.text('label')), ckaId, spki, values })
  })
  const before = noteOf(call.cluster.data, user.name, ckaId)
  const note = { ...before, anonymous }
  const { key, cluster } = await announce(call, note, 'key import', 'public-key')
  return { data: { key: shownKey({ ...call, cluster }, key), message: 'Successfully imported key' } }
}

function readPem(bytes: Buffer, keyTypeClass: string): Uint8Array {
  try {
    const key = createPublicKey(bytes)
    if (!bytes.includes('PRIVATE') && `${key.asymmetricKeyType}-public` === keyTypeClass)
      return new Uint8Array(key.export({ type: 'spki', format: 'der' }))
  } catch {
    // said below
  }
  throw new CliError('File is not a public key of this type in PEM')
}

interface Made {
  readonly key: HsmKey
  readonly all: readonly HsmKey[]
  readonly cluster: Call['cluster']
  readonly world: Call['world']
}

/**
 * Commits a key that was just made, with its note.
 *
 * @throws {CliError} when it is on fewer HSMs than the client wants: it is there all the same
 */
export async function announce(call: Call, note: KeyNote, command: string, keyClass: HsmKey['class']): Promise<Made> {
  const { world, cluster } = call
  const now = world.clock.now()
  const partly = call.fault === 'partly' && activeHsms(cluster, now) > 1
  const written = partly ? { ...note, partlyUntil: now + world.settings.copyingKeyMs } : note
  const data: DataPlane = withNote(cluster.data, written)
  const changed = { ...cluster, data }
  const all = await keysOfCluster({ world, cluster: changed })
  const key = all.find((each) => each.class === keyClass && each.id === note.id && each.owner === note.owner)
  if (key === undefined) throw new Error('a key that was made is not there')
  commit(call, { data, operation: command, resource: `key/${key.reference}` })
  if (call.keyAvailabilityCheck && holders({ world, cluster: changed }, key) < 2) throw unavailable()
  return { key, all, cluster: changed, world }
}

export async function deleteKey(call: Call): Promise<Reply> {
  const key = await getOwnKey(call, call.options.list('filter'))
  const all = await keysOfCluster(call)
  await call.world.keys.use(key.token, (session) => session.call('destroy', { object: key.handle }))
  const { data } = call.cluster
  const left = pairOf(key, all) === undefined ? data.keys.filter((note) => note !== key.note) : data.keys
  commit(call, { data: { ...data, keys: left }, operation: 'key delete', resource: `key/${key.reference}` })
  return { data: { message: 'Key deleted successfully' } }
}

export async function generateFile(call: Call): Promise<Reply> {
  requireLogin(call, 'crypto-user')
  const key = await getKey(call, call.options.list('filter'))
  if (key.class !== 'public-key' || key.spki === undefined) throw new CliError('Encoding pem is for public keys')
  const pem = createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' })
    .export({ type: 'spki', format: 'pem' })
    .toString()
  return {
    data: { message: 'Successfully generated key file' },
    files: { path: Buffer.from(pem).toString('base64') },
  }
}
