import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import { sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { asPkcs11Token } from './token/token.ts'

const outputs = Type.Object(
  {
    objects: Type.Array(
      Type.Object(
        {
          class: Type.String({ description: '`public-key`, `private-key`, `secret-key`, `certificate`, `data`' }),
          label: Type.String({ description: 'CKA_LABEL' }),
          keyId: Type.String({ description: 'CKA_ID, hex; empty when it has none' }),
          keyType: Type.String({ description: '`rsa`, `ec`, `aes`; empty for what is no key' }),
        },
        { additionalProperties: false },
      ),
      { description: 'Every object that the user sees, sorted by class, label and ID' },
    ),
    count: Type.Integer({ description: 'How many objects there are' }),
    sha256: sha256Hex('SHA-256 of the list as JSON: two inventories with the same digest are the same'),
  },
  { additionalProperties: false },
)

/** Lists the objects of a token. */
export const inventory = defineStep({
  name: 'pkcs11.inventory',
  summary: 'Lists every object of a token that the user sees, to compare before and after',
  version: 1,
  inputs: Type.Object({}, { additionalProperties: false }),
  outputs,
  target: 'token',
  permissions: ['C_FindObjects', 'C_GetAttributeValue'],
  examples: [
    {
      title: 'What is in the token before a ceremony',
      yaml: `
id: before
title: List the objects in the root token
uses: pkcs11.inventory
target: rootToken
`,
    },
  ],
  notRehearsed: ['objects of other users, which an HSM does not show'],
  effect: 'read',
  async check(_, { target, signal }) {
    const found = await asPkcs11Token(target).inventory(signal)
    const objects = found.map((each) => ({
      class: each.class,
      label: each.label,
      keyId: each.keyId,
      keyType: each.keyType ?? '',
    }))
    const sha256 = createHash('sha256').update(JSON.stringify(objects)).digest('hex')
    return { state: 'satisfied', outputs: { objects, count: objects.length, sha256 } }
  },
})
