import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { keyId } from './key-schema.ts'
import { asPkcs11Token, type Pkcs11Token } from './token/token.ts'

const inputs = Type.Object(
  {
    key: keyId('CKA_ID of the private key'),
    afterCopy: Type.Enum(['keep', 'drop'], {
      description:
        '`keep`: the key may be copied again, whoever can log in. `drop`: it can never leave the token again; some HSMs (CloudHSM hsm1) refuse to change it',
    }),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  { extractable: Type.Boolean({ description: 'CKA_EXTRACTABLE as the token tells it afterwards' }) },
  { additionalProperties: false },
)

/** Carries out the stated decision whether a key stays extractable once its copies are made. */
export const settleExtractable = defineStep({
  name: 'pkcs11.settle-extractable',
  summary: 'Keeps a key extractable, or takes that away for good, as was decided',
  version: 1,
  inputs,
  outputs,
  target: 'token',
  permissions: ['C_GetAttributeValue', 'C_SetAttributeValue'],
  examples: [
    {
      title: 'No further copies of the root key',
      yaml: `
id: rootKeyStays
title: Make the root key unextractable
uses: pkcs11.settle-extractable
target: rootToken
with: { key: 0a1b2c3d, afterCopy: drop }
pointOfNoReturn: No further copy of the root key can be made from this token
`,
    },
  ],
  notRehearsed: ['an HSM that does not let CKA_EXTRACTABLE be changed (SoftHSM does)'],
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: 0,
  async check({ key, afterCopy }, { target, signal }) {
    const extractable = await readExtractable(asPkcs11Token(target), key, signal)
    if (extractable === (afterCopy === 'keep')) return { state: 'satisfied', outputs: { extractable } }
    if (afterCopy === 'drop')
      return { state: 'different', before: { extractable: true }, after: { extractable: false } }
    return {
      state: 'conflict',
      differs: `key \`${key}\` is not extractable, and can never be again`,
      hint: 'find out who took it away; a copy in another token may still be extractable',
    }
  },
  async apply({ key, afterCopy }, { target, signal }) {
    const token = asPkcs11Token(target)
    if (afterCopy === 'drop' && (await readExtractable(token, key, signal)))
      await token.setExtractableFalse(key, signal)
    return undefined
  },
  undo: 'impossible',
})

async function readExtractable(token: Pkcs11Token, key: string, signal: AbortSignal): Promise<boolean> {
  const extractable = (await token.readAttributes(key, signal)).private?.['EXTRACTABLE']
  if (extractable !== undefined) return extractable
  throw new StepError('not-found', `no private key of token \`${token.identity.label}\` has key ID \`${key}\``)
}
