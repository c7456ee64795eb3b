import { templateOf } from '../../../pkcs11/token/templates.ts'
import type { KeyNote } from '../data-plane-state.ts'
import { requireApproval } from './approvals.ts'
import { type Call, commit, type Reply, requireLogin } from './command.ts'
import { CliError } from './cli-error.ts'
import { getKey, getOwnKey } from './find-keys.ts'
import { type HsmKey, withNote } from './hsm-key.ts'
import { attributeOf, idValue, readBoolean, readId, requireLabel } from './key-attributes.ts'
import { requireFreeId } from './make-keys.ts'
import { getUser } from './users.ts'

/** Holds the approval for managing a key against the key's quorum value. */
export function requireKeyApproval(call: Call, key: HsmKey, option = 'approval'): () => void {
  return requireApproval(call, requireLogin(call, 'crypto-user'), {
    service: 'key-management',
    value: key.class === 'public-key' ? 0 : (key.note.manageQuorum ?? 0),
    keyReference: key.reference,
    may: ({ name }) => isAssociated(key, name),
    option,
  })
}

/** Whether a crypto user is one of those who approve what is done with a key. */
export function isAssociated({ owner, note }: HsmKey, name: string): boolean {
  return owner === name || note.sharedWith.includes(name)
}

export async function setAttribute(call: Call): Promise<Reply> {
  const { options } = call
  const [name, value] = [options.text('name'), options.text('value')]
  if (name === 'trusted') return setTrusted(call, readBoolean(name, value))
  const key = await getOwnKey(call, options.list('filter'))
  const use = requireKeyApproval(call, key)
  const note = await change(call, key, name, value)
  save(call, key, note)
  use()
  return done
}

const done: Reply = { data: { message: 'Attribute set successfully' } }

/** An admin's alone: a crypto user could trust a key of their own making. */
async function setTrusted(call: Call, trusted: boolean): Promise<Reply> {
  const login = requireLogin(call, 'admin', 'crypto-user')
  if (login.role !== 'admin') throw new CliError('Attribute trusted can only be set by an admin')
  const key = await getKey(call, call.options.list('filter'))
  if (key.class === 'private-key' || key.booleans.WRAP !== true) throw new CliError('Key is not a wrapping key')
  save(call, key, { ...key.note, trusted })
  return done
}

function save(call: Call, key: HsmKey, note: KeyNote): void {
  const data = withNote(call.cluster.data, note, key.id)
  commit(call, { data, operation: 'key set-attribute', resource: `key/${key.reference}` })
}

async function change(call: Call, key: HsmKey, name: string, value: string): Promise<KeyNote> {
  const { keys } = call.world
  const newer = !call.cluster.hsmType.startsWith('hsm1.')
  if (key.booleans.MODIFIABLE === false) throw new CliError('Key is not modifiable')
  const set = (values: Parameters<typeof templateOf>[0]) =>
    keys.use(key.token, (session) => session.call('set', { object: key.handle, template: templateOf(values) }))
  if (name === 'label') {
    await set({ LABEL: requireLabel(value) })
    return key.note
  }
  if (name === 'id') {
    if (!newer) throw new CliError('Attribute id cannot be changed')
    const id = readId(value)
    await keys.use(key.token, (session) => requireFreeId(session, id, key.class))
    await set({ ID: idValue(id) })
    return { ...key.note, id, anonymous: false }
  }
  const attribute = attributeOf(name)
  if (attribute === undefined || fixed.includes(name)) throw new CliError(`Attribute ${name} cannot be changed`)
  const wanted = readBoolean(name, value)
  const oneWay = name === 'extractable' || name === 'modifiable' || name === 'wrap-with-trusted'
  if (name === 'extractable' && !newer) throw new CliError('Attribute extractable cannot be changed')
  if (oneWay && wanted !== (name === 'wrap-with-trusted'))
    throw new CliError(`Attribute ${name} cannot be changed back`)
  await set({ [attribute]: wanted })
  return key.note
}

const fixed = ['always-sensitive', 'never-extractable', 'local', 'private', 'sensitive', 'token']

export async function share(call: Call, shared: boolean): Promise<Reply> {
  const { options, cluster } = call
  const key = await getOwnKey(call, options.list('filter'))
  if (key.class === 'public-key') throw new CliError('Public keys are seen by all')
  const { name } = getUser(cluster.data, options.text('username'), 'crypto-user')
  if (options.text('role') !== 'crypto-user' || name === key.owner)
    throw new CliError(`Key cannot be shared with ${name}`)
  const use = requireKeyApproval(call, key)
  const others = key.note.sharedWith.filter((each) => each !== name)
  const most = Math.max(key.note.manageQuorum ?? 0, key.note.useQuorum ?? 0)
  if (!shared && most > others.length + 1)
    throw new CliError('Quorum value is greater than the number of users of the key')
  const data = withNote(cluster.data, { ...key.note, sharedWith: shared ? [...others, name] : others })
  commit(call, { data, operation: shared ? 'key share' : 'key unshare', resource: `key/${key.reference}` })
  use()
  return { data: { message: shared ? 'Key shared successfully' : 'Key unshared successfully' } }
}
