import { mechanismTypes } from '../../../pkcs11/token/constants.ts'
import { templateOf } from '../../../pkcs11/token/templates.ts'
import { bringIn, type Kind, kindValues, unwrapWithAes } from './aes-wrapping.ts'
import { requireKeyApproval } from './change-key-commands.ts'
import type { Call, Reply } from './command.ts'
import { CliError } from './cli-error.ts'
import { getKey, requireAvailable, shownKey } from './find-keys.ts'
import type { HsmKey } from './hsm-key.ts'
import { idValue, readAttributes, requireLabel } from './key-attributes.ts'
import { announce, cryptoUser } from './key-commands.ts'
import { idsOf, requireFreeId, sharingOf } from './make-keys.ts'
import { decodeOaep } from './oaep.ts'
import { unwrapPadded } from './key-wrap.ts'
import { oaepHash, type WrapMechanism } from './wrap-commands.ts'

const kinds: Readonly<Record<string, Kind>> = {
  aes: { class: 'secret-key', type: 'aes' },
  'ec-private': { class: 'private-key', type: 'ec' },
  'rsa-private': { class: 'private-key', type: 'rsa' },
}

export async function unwrapKey(call: Call, mechanism: WrapMechanism): Promise<Reply> {
  const { options, cluster, world } = call
  const { user, token } = cryptoUser(call)
  const unwrapping = await getKey(call, options.list('filter'))
  requireAvailable(call, unwrapping)
  if (unwrapping.booleans.UNWRAP !== true || unwrapping.type !== (mechanism === 'aes-zero-pad' ? 'aes' : 'rsa'))
    throw new CliError('Key cannot unwrap with this mechanism')
  const use = requireKeyApproval(call, unwrapping)
  const wanted = options.text('key-type-class')
  const kind = kinds[wanted]
  if (kind === undefined) throw new CliError(`Keys of type ${wanted} are not simulated`)
  const { values, id } = readAttributes(options.list('attributes'))
  const { ids, anonymous } = idsOf(id)
  const [ckaId = ''] = ids
  const sharing = sharingOf(
    cluster.data,
    user.name,
    options.list('share-crypto-users'),
    options.integer('manage-key-quorum-value', 1, 8),
    options.integer('use-key-quorum-value', 1, 8),
  )
  const template = templateOf({
    ...kindValues(kind),
    LABEL: requireLabel(options.text('label')),
    ID: idValue(ckaId),
    ...values,
  })
  const plain = await plainBehind(call, unwrapping, mechanism, kind, options.data('data', 'data-path'))
  await world.keys.use(token, async (session) => {
    await requireFreeId(session, ckaId, kind.class)
    await bringIn(session, plain, template)
    plain.fill(0)
  })
  const note = {
    owner: user.name,
    id: ckaId,
    anonymous,
    trusted: false,
    ...sharing,
    sharedWith: [...sharing.sharedWith],
  }
  const made = await announce(call, note, 'key unwrap', kind.class)
  use()
  return { data: { key: shownKey(made, made.key) } }
}

async function plainBehind(
  call: Call,
  key: HsmKey,
  mechanism: WrapMechanism,
  kind: Kind,
  wrapped: Buffer,
): Promise<Buffer> {
  if (mechanism === 'aes-zero-pad')
    return call.world.keys.use(key.token, (session) => unwrapWithAes(session, key, kind, wrapped))
  const hash = oaepHash(call)
  const length = key.modulus?.length ?? 0
  if (wrapped.length < length) throw new CliError('Wrapped key data is invalid')
  const inner = decodeOaep(await rawDecrypt(call, key, wrapped.subarray(0, length)), hash)
  if (mechanism === 'rsa-oaep') return inner
  if (inner.length !== 32) throw new CliError('Wrapped key data is invalid')
  return unwrapPadded(inner, wrapped.subarray(length))
}

/** The private key's bare operation, by a copy of it that may do this and is gone with the session's use. */
function rawDecrypt({ world }: Call, key: HsmKey, data: Buffer): Promise<Uint8Array> {
  return world.keys.use(key.token, async (session) => {
    const template = templateOf({ TOKEN: false, SIGN: true })
    const copy = await session.call('copy', { object: key.handle, template })
    try {
      const mechanism = { mechanism: mechanismTypes.RSA_X_509 }
      return await session.call('sign', { mechanism, key: copy, data: new Uint8Array(data), length: data.length })
    } finally {
      await session.call('destroy', { object: copy })
    }
  })
}
