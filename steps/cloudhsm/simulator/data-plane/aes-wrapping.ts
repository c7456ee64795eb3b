import { randomBytes } from 'node:crypto'
import { keyTypes, mechanismTypes, objectClasses } from '../../../pkcs11/token/constants.ts'
import { findObjects } from '../../../pkcs11/token/objects.ts'
import type { Handle, Template } from '../../../pkcs11/token/protocol.ts'
import type { Session } from '../../../pkcs11/token/sessions.ts'
import { sessionAesKey, templateOf } from '../../../pkcs11/token/templates.ts'
import { CliError } from './cli-error.ts'
import type { HsmKey } from './hsm-key.ts'
import { unwrapPadded, wrapPadded } from './key-wrap.ts'
import { privateDefaults, secretDefaults } from './make-keys.ts'

/** Room for the PKCS#8 of an RSA-4096 key, wrapped. */
export const wrappedRoom = 4096
/** AES key wrap with padding, as SoftHSM does it. */
export const paddedWrap = { mechanism: mechanismTypes.AES_KEY_WRAP_PAD }

/** A key that can be brought into a token. */
export interface Kind {
  readonly class: 'secret-key' | 'private-key'
  readonly type: 'aes' | 'ec' | 'rsa'
}

/** Class, type and the CLI's defaults. */
export function kindValues({ class: keyClass, type }: Kind) {
  const defaults = keyClass === 'secret-key' ? secretDefaults : privateDefaults
  return { CLASS: objectClasses[keyClass], KEY_TYPE: keyTypes[type], ...defaults }
}

/** Brings the bytes of a key into a token. */
export async function bringIn(session: Session, plain: Uint8Array, template: Template): Promise<Handle> {
  const value = randomBytes(32)
  return withSessionKey(session, 'unwrap', value, (unwrappingKey) => {
    const wrapped = new Uint8Array(wrapPadded(value, plain))
    return session.call('unwrap', { mechanism: paddedWrap, unwrappingKey, wrapped, template })
  })
}

/** Wraps with an AES key of the token what is already out of the HSM's tokens: a copy of it that is gone afterwards. */
export async function wrapWithAes(session: Session, wrapping: HsmKey, kind: Kind, plain: Uint8Array): Promise<Buffer> {
  const wrappingKey = await handleOf(session, wrapping)
  const copy = await bringIn(session, plain, passing(kind))
  try {
    const request = { mechanism: paddedWrap, wrappingKey, key: copy, length: wrappedRoom }
    return Buffer.from(await session.call('wrap', request))
  } finally {
    await session.call('destroy', { object: copy })
  }
}

/** @returns the bytes of the key that was wrapped with an AES key of the token */
export async function unwrapWithAes(session: Session, key: HsmKey, kind: Kind, wrapped: Uint8Array): Promise<Buffer> {
  const request = { mechanism: paddedWrap, unwrappingKey: key.handle, wrapped: new Uint8Array(wrapped) }
  const copy = await session.call('unwrap', { ...request, template: passing(kind) })
  try {
    const value = randomBytes(32)
    return await withSessionKey(session, 'wrap', value, async (wrappingKey) => {
      const outside = { mechanism: paddedWrap, wrappingKey, key: copy, length: wrappedRoom }
      return unwrapPadded(value, await session.call('wrap', outside))
    })
  } finally {
    await session.call('destroy', { object: copy })
  }
}

/** A key that was found before its owner was logged out and in. */
export async function handleOf(session: Session, { class: keyClass, id, label }: HsmKey): Promise<Handle> {
  const [object] = await findObjects(session, { class: keyClass, label, ...(id === '' ? {} : { keyId: id }) })
  if (object === undefined) throw new CliError('Key is not there any more')
  return object.handle
}

/** A key that only passes through a token. */
function passing(kind: Kind): Template {
  return templateOf({ ...kindValues(kind), TOKEN: false })
}

async function withSessionKey<T>(
  session: Session,
  use: 'wrap' | 'unwrap',
  value: Uint8Array,
  body: (key: Handle) => Promise<T>,
): Promise<T> {
  const template = templateOf({ ...sessionAesKey(use), VALUE: new Uint8Array(value) })
  const key = await session.call('create', { template })
  try {
    return await body(key)
  } finally {
    await session.call('destroy', { object: key })
  }
}
