import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { findLabelled } from './find-labelled.ts'
import { keyId } from './key-schema.ts'
import type { Pkcs11Token } from './token/token.ts'

/** Inputs that choose one key pair of a token. */
export const keyChoice = {
  key: Type.Optional(keyId('CKA_ID of the key. Either this or `label`')),
  label: Type.Optional(Type.String({ description: 'CKA_LABEL of the key, when its ID is not known', minLength: 1 })),
}

/**
 * The key ID of the chosen key pair.
 *
 * @throws {StepError} `invalid` unless exactly one of ID and label is given; `not-found`; `conflict` when the label is on several
 *   objects, or on half a pair
 */
export async function chooseKey(
  token: Pkcs11Token,
  { key, label }: { readonly key?: string | undefined; readonly label?: string | undefined },
  signal: AbortSignal,
): Promise<string> {
  if (key !== undefined && label === undefined) return key
  if (key !== undefined || label === undefined) {
    throw new StepError(
      'invalid',
      `a key is chosen by its ID or by its label, found ${key === undefined ? 'neither' : 'both'}`,
    )
  }
  const labelled = await findLabelled(token, label, signal)
  switch (labelled.state) {
    case 'pair':
      return labelled.keyId
    case 'free':
      throw new StepError('not-found', `no key of token \`${token.identity.label}\` is labelled \`${label}\``)
    case 'in-the-way':
      throw new StepError('conflict', `token \`${token.identity.label}\`: ${labelled.what}`, {
        hint: 'choose the key by its ID',
      })
  }
}
