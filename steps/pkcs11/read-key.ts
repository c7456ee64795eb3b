import { Type } from 'typebox'
import { defineStep } from '../../engine/step/step-type.ts'
import { chooseKey, keyChoice } from './choose-key.ts'
import { describeKeyPair } from './describe-key-pair.ts'
import { keyPairOutputs } from './key-schema.ts'
import { asPkcs11Token } from './token/token.ts'

/** Reads a key pair's public key and attributes. */
export const readKey = defineStep({
  name: 'pkcs11.read-key',
  summary: 'Reads the public key of a key pair and the attributes that the token gives it',
  version: 1,
  inputs: Type.Object(keyChoice, { additionalProperties: false }),
  outputs: Type.Object(keyPairOutputs, { additionalProperties: false }),
  target: 'token',
  permissions: ['C_FindObjects', 'C_GetAttributeValue'],
  examples: [
    {
      title: 'The attributes of a root key, for the record',
      yaml: `
id: rootKeyRecord
title: Read the root key's attributes
uses: pkcs11.read-key
target: rootToken
with: { label: example-root }
`,
    },
  ],
  notRehearsed: ['attributes that only the HSM knows, and those that it does not tell'],
  effect: 'read',
  async check(choice, { target, signal }) {
    const token = asPkcs11Token(target)
    const outputs = await describeKeyPair(token, await chooseKey(token, choice, signal), signal)
    return { state: 'satisfied', outputs }
  },
})
