import { randomBytes } from 'node:crypto'
import { findObjects } from '../../../pkcs11/token/objects.ts'
import type { Handle } from '../../../pkcs11/token/protocol.ts'
import type { Session } from '../../../pkcs11/token/sessions.ts'
import { sessionAesKey, templateOf } from '../../../pkcs11/token/templates.ts'
import { handleOf, type Kind, paddedWrap, wrappedRoom, wrapWithAes } from './aes-wrapping.ts'
import { requireKeyApproval } from './change-key-commands.ts'
import type { Call, Reply } from './command.ts'
import { CliError } from './cli-error.ts'
import { getKey, getOwnKey, requireAvailable } from './find-keys.ts'
import type { HsmKey } from './hsm-key.ts'
import { encryptOaep } from './oaep.ts'
import { unwrapPadded, wrapPadded } from './key-wrap.ts'

export type WrapMechanism = 'rsa-aes' | 'rsa-oaep' | 'aes-zero-pad'

export async function wrapKey(call: Call, mechanism: WrapMechanism): Promise<Reply> {
  const { options } = call
  const payload = await getOwnKey(call, options.list('payload-filter'))
  const wrapping = await getKey(call, options.list('wrapping-filter'))
  requireAvailable(call, payload)
  requireAvailable(call, wrapping)
  if (payload.class === 'public-key') throw new CliError('Public keys are not wrapped')
  if (payload.booleans.EXTRACTABLE !== true) throw new CliError('Payload key is not extractable')
  if (wrapping.booleans.WRAP !== true || wrapping.type !== (mechanism === 'aes-zero-pad' ? 'aes' : 'rsa'))
    throw new CliError('Wrapping key cannot wrap with this mechanism')
  if (payload.booleans.WRAP_WITH_TRUSTED === true && !wrapping.note.trusted)
    throw new CliError('Payload key can be wrapped with a trusted key only')
  const uses = [
    requireKeyApproval(call, payload, 'payload-approval'),
    requireKeyApproval(call, wrapping, 'wrapping-approval'),
  ]
  const plain = await plainOf(call, payload)
  const wrapped = await wrappedBy(call, payload, wrapping, mechanism, plain)
  plain.fill(0)
  for (const use of uses) use()
  const path = options.find('path')
  const text = wrapped.toString('base64')
  return {
    data: {
      'payload-key-reference': payload.reference,
      'wrapping-key-reference': wrapping.reference,
      ...(path === undefined ? { 'wrapped-key-data': text } : { path }),
    },
    ...(path === undefined ? {} : { files: { path: text } }),
  }
}

/**
 * A key as it leaves the HSM: PKCS#8, or the bytes of an AES key. SoftHSM wraps with what its security officer trusts, and that can only be
 * a public object: a session key that is gone with the command.
 */
async function plainOf({ world }: Call, payload: HsmKey): Promise<Buffer> {
  const { token } = payload
  const value = randomBytes(32)
  const label = randomBytes(16).toString('hex')
  await world.keys.asOfficer(token, async (session) => {
    await session.call('create', {
      template: templateOf({
        ...sessionAesKey('wrap'),
        LABEL: label,
        PRIVATE: false,
        SENSITIVE: false,
        TRUSTED: true,
        VALUE: new Uint8Array(value),
      }),
    })
  })
  return world.keys.use(token, async (session) => {
    const wrappingKey = await only(session, 'secret-key', label)
    try {
      const key = await handleOf(session, payload)
      const request = { mechanism: paddedWrap, wrappingKey, key, length: wrappedRoom }
      return unwrapPadded(value, await session.call('wrap', request))
    } finally {
      await session.call('destroy', { object: wrappingKey })
    }
  })
}

async function only(session: Session, keyClass: 'secret-key', label: string): Promise<Handle> {
  const [object] = await findObjects(session, { class: keyClass, label })
  if (object === undefined) throw new Error(`there is no ${keyClass} ${label}`)
  return object.handle
}

async function wrappedBy(
  call: Call,
  payload: HsmKey,
  wrapping: HsmKey,
  mechanism: WrapMechanism,
  plain: Buffer,
): Promise<Buffer> {
  if (mechanism === 'aes-zero-pad') {
    const kind: Kind = payload.type === 'aes' ? aes : { class: 'private-key', type: payload.type }
    return call.world.keys.use(wrapping.token, (session) => wrapWithAes(session, wrapping, kind, plain))
  }
  const hash = oaepHash(call)
  const { spki } = wrapping
  if (spki === undefined) throw new CliError('Wrapping key is not a public key')
  if (mechanism === 'rsa-oaep') return encryptOaep(spki, hash, plain)
  const key = randomBytes(32)
  return Buffer.concat([encryptOaep(spki, hash, key), wrapPadded(key, plain)])
}

const aes: Kind = { class: 'secret-key', type: 'aes' }

/** @throws {CliError} unless the mask has the same hash [D] */
export function oaepHash({ options }: Call): string {
  const hash = options.text('hash-function')
  if (options.text('mgf') !== `mgf1-${hash}`) throw new CliError('Mask generation function must have the same hash')
  return hash
}
