import { type Static, Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { verifySignature } from '../x509/model/signature.ts'
import { proofStatement } from '../x509/model/statement.ts'
import { compareAttributes } from './compare-attributes.ts'
import { openCopy } from './copy-plan.ts'
import { describeKeyPair } from './describe-key-pair.ts'
import { keyId } from './key-schema.ts'

const inputs = Type.Object(
  {
    key: keyId('CKA_ID of the original, in the token `from`'),
    copy: keyId('CKA_ID of the copy, in the token `to`'),
    purpose: Type.Optional(
      Type.String({
        description: 'What the proof is for; part of the statement that the copy signs',
        pattern: '^[!-~]([ -~]*[!-~])?$',
        default: 'key backup copy signs',
      }),
    ),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    statement: Type.String({
      description: 'What the copy signed: names run, purpose and public key, and can be no certificate',
    }),
    signature: Type.String({ description: 'The signature by the copy, base64 (DER for ECDSA)' }),
    signatureAlgorithm: Type.String({ description: 'How it was made' }),
    spkiSha256: sha256Hex('SHA-256 of the public key of both'),
    attributes: Type.Array(
      Type.Object(
        {
          name: Type.String({ description: 'Attribute without `CKA_`' }),
          original: Type.String({ description: '`true`, `false`, or `-` when the token does not tell' }),
          copy: Type.String({ description: '`true`, `false`, or `-` when the token does not tell' }),
          rule: Type.Enum(['equal', 'stated', 'lost'], {
            description: '`equal`: must be. `stated`: decided for each. `lost`: provenance that a copy never has',
          }),
        },
        { additionalProperties: false },
      ),
      { description: 'Attributes of the private keys side by side' },
    ),
  },
  { additionalProperties: false },
)

type Outputs = Static<typeof outputs>

/** Proves that a copy of a key is that key: by a signature of its own, and by its attributes. */
export const proveCopy = defineStep({
  name: 'pkcs11.prove-copy',
  summary: "Lets a copied key sign a statement and verifies it with the original's public key; compares attributes",
  version: 1,
  inputs,
  outputs,
  target: { from: 'token', to: 'token' },
  permissions: ['C_Sign (in the token `to`)', 'C_FindObjects', 'C_GetAttributeValue'],
  examples: [
    {
      title: 'The key backup copy signs',
      yaml: `
id: backupProof
title: Prove that the backup token holds the root key
uses: pkcs11.prove-copy
target: { from: rootToken, to: backupToken }
with: { key: 0a1b2c3d, copy: 4e5f6071 }
`,
    },
  ],
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: 0,
  check: async (_, { answer, signal }) => {
    if (signal.aborted) throw new StepError('cancelled', 'proving a copy was cancelled')
    // a proof leaves nothing in the world: the answer is what `apply` returned
    return answer === undefined ? { state: 'absent' } : { state: 'satisfied', outputs: answer as Outputs }
  },
  async apply({ key, copy, purpose = 'key backup copy signs' }, { target, run, signal }) {
    const { from, to } = openCopy(target)
    const original = await describeKeyPair(from, key, signal)
    const copied = await describeKeyPair(to, copy, signal)
    if (original.spkiSha256 !== copied.spkiSha256) {
      throw new StepError(
        'conflict',
        `the copy has public key SHA-256 \`${copied.spkiSha256}\`, the original \`${original.spkiSha256}\``,
      )
    }
    const attributes = compareAttributes(original.attributes.private, copied.attributes.private)
    const statement = proofStatement({ runId: run.id, purpose, spkiSha256: original.spkiSha256 })
    const signer = await to.signer(copy, signal)
    const signature = await signer.sign(statement, signal)
    const spki = await from.publicKeySpki(key, signal)
    if (!verifySignature(spki, signer.algorithm, statement, signature)) {
      throw new StepError('conflict', "the copy's signature does not verify with the original's public key", {
        hint: 'destroy the copy (`undo`) and make it again: it is not the key',
      })
    }
    return {
      statement: new TextDecoder().decode(statement),
      signature: Buffer.from(signature).toString('base64'),
      signatureAlgorithm: signer.algorithm,
      spkiSha256: original.spkiSha256,
      attributes,
    }
  },
  undo: 'nothing',
})
