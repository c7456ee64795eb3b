import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import type { Folder } from '../../engine/step/capabilities.ts'
import { StepError } from '../../engine/step/errors.ts'
import { pemText, sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { spkiSha256 } from '../x509/model/digest.ts'
import { decodePem } from '../x509/model/pem.ts'
import { attributeDifferences } from './attribute-differences.ts'
import { chooseKey } from './choose-key.ts'
import { describeKeyPair, type DescribedKeyPair } from './describe-key-pair.ts'
import { destroyOwnKey } from './destroy-own-key.ts'
import { effectOfKeyId, keyIdOfEffect } from './token/effect-key-id.ts'
import { findLabelled } from './find-labelled.ts'
import { keyId, keyLabel, keyPairOutputs, keyPurpose } from './key-schema.ts'
import { oaepHashNames } from './token/mechanisms.ts'
import { attributesOfSpki } from './token/public-key.ts'
import { asPkcs11Token, type Pkcs11Token } from './token/token.ts'

const inputs = Type.Object(
  {
    file: Type.String({
      description:
        'Name of the file in the folder that holds the wrapped key: RSA-OAEP of an AES-256 key, then AES key wrap with padding (RFC 5649) of the PKCS#8',
    }),
    fileSha256: sha256Hex('SHA-256 of its bytes; others are refused'),
    oaepHash: Type.Enum([...oaepHashNames], {
      description: 'Hash of RSA-OAEP, and of its MGF1, that it was wrapped with',
    }),
    publicKeyPem: pemText(
      'Public key of the wrapped key. `pkcs11.prove-copy` shows that what was unwrapped is its private key',
    ),
    label: keyLabel('CKA_LABEL of the copy, which must be free'),
    purpose: Type.Optional(keyPurpose('What the copy is for, as the original')),
    extractable: Type.Boolean({
      description: 'Whether the copy may leave its token again. Decided here for good: false can never become true',
    }),
    wrapWithTrusted: Type.Optional(
      Type.Boolean({
        description: 'Whether only a trusted wrapping key may wrap the copy, as the original',
        default: false,
      }),
    ),
    unwrappingKey: Type.Optional(
      keyId('CKA_ID of the RSA key pair that it was wrapped for. Either this or `unwrappingKeyLabel`'),
    ),
    unwrappingKeyLabel: Type.Optional(Type.String({ description: 'CKA_LABEL of that key pair', minLength: 1 })),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(keyPairOutputs, { additionalProperties: false })

type Inputs = Static<typeof inputs>
type Answer = CheckAnswer<Static<typeof outputs>>

/** Unwraps a key that another device wrapped for this token, as its command line or its custodian gave it. */
export const unwrapKey = defineStep({
  name: 'pkcs11.unwrap-key',
  summary: 'Unwraps a private key that another HSM wrapped for a key pair of this token (RSA-AES)',
  version: 1,
  inputs,
  outputs,
  target: { from: 'folder', to: 'token' },
  permissions: [
    ...['C_UnwrapKey', 'C_CreateObject (public key)', 'C_FindObjects', 'C_GetAttributeValue'],
    'C_DestroyObject (session keys, half a copy after a crash, undo)',
  ],
  examples: [
    {
      title: 'The key backup copy of a root key that only a trusted key may wrap',
      yaml: `
id: backupCopy
title: Unwrap the root key in the backup token
uses: pkcs11.unwrap-key
target: { from: courier, to: backupToken }
with:
  file: root-key.wrapped
  fileSha256: 5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8
  oaepHash: sha256
  publicKeyPem: |
    -----BEGIN PUBLIC KEY-----
    …
  label: example-root
  extractable: true
  unwrappingKeyLabel: backup-wrapping
`,
    },
  ],
  notRehearsed: ["RSA-OAEP with SHA-256 and the HSM vendor's number of AES key wrap with padding"],
  effect: 'once',
  existing: 'refuse',
  settleMs: 0,
  async check(wanted, context) {
    const token = asPkcs11Token(context.target.to)
    const { effectId, signal } = context
    if (effectId === undefined) return lookAtLabel(token, wanted, signal)
    const own = keyIdOfEffect(effectId)
    const state = await token.keyPairState(own, signal)
    switch (state) {
      case 'complete':
        return judge(await describeKeyPair(token, own, signal), wanted, effectId)
      case 'public-only':
      case 'private-only':
        return {
          state: 'partial',
          what: `half a copy: ${state === 'public-only' ? 'the public' : 'the private'} key alone`,
        }
      case 'absent':
        return lookAtLabel(token, wanted, signal)
    }
  },
  async apply(wanted, { target, effectId, signal }) {
    const token = asPkcs11Token(target.to)
    const own = keyIdOfEffect(effectId)
    const state = await token.keyPairState(own, signal)
    if (state === 'complete') return undefined
    const spki = decodePem('PUBLIC KEY', wanted.publicKeyPem)
    const blob = await wrappedBytes(wanted, target.from)
    const unwrappingKeyId = await chooseUnwrapping(token, wanted, signal)
    // a half that a crash left may be torn, so it is made again
    if (state !== 'absent') await token.destroyKey(own, signal)
    const { label, oaepHash, purpose = 'sign', extractable, wrapWithTrusted = false } = wanted
    const { keyType } = attributesOfSpki(spki)
    try {
      const key = { label, keyId: own, keyType, purpose, extractable, wrapWithTrusted }
      await token.unwrapFrom({ ...key, unwrappingKeyId, blob, oaepHash }, signal)
      await token.createPublicKey({ spki, label, keyId: own, purpose }, signal)
      return undefined
    } finally {
      blob.fill(0)
    }
  },
  undo: {
    destructive: true,
    async run(_, made, { target, effectId, signal }) {
      await destroyOwnKey(asPkcs11Token(target.to), made?.keyId, effectId, signal)
    },
  },
})

async function lookAtLabel(token: Pkcs11Token, wanted: Inputs, signal: AbortSignal): Promise<Answer> {
  const labelled = await findLabelled(token, wanted.label, signal)
  switch (labelled.state) {
    case 'free':
      await chooseUnwrapping(token, wanted, signal)
      return { state: 'absent' }
    case 'in-the-way':
      return { state: 'conflict', differs: labelled.what, hint: 'find out whose it is, or choose another label' }
    case 'pair':
      return judge(await describeKeyPair(token, labelled.keyId, signal), wanted, effectOfKeyId(labelled.keyId))
  }
}

function judge(found: DescribedKeyPair, wanted: Inputs, madeBy: string | undefined): Answer {
  const { purpose = 'sign', extractable, wrapWithTrusted = false, label } = wanted
  const differences = attributeDifferences(found, { purpose, extractable, wrapWithTrusted })
  const original = spkiSha256(decodePem('PUBLIC KEY', wanted.publicKeyPem))
  if (found.spkiSha256 !== original)
    differences.unshift(`its public key SHA-256 is \`${found.spkiSha256}\`, that of the original \`${original}\``)
  if (found.label !== label) differences.unshift(`label is \`${found.label}\`, wanted \`${label}\``)
  if (differences.length === 0) {
    return { state: 'satisfied', outputs: found, ...(madeBy === undefined ? {} : { madeBy }) }
  }
  const maker = madeBy === undefined ? '' : ` (made by effect \`${madeBy}\`)`
  return { state: 'conflict', differs: `key \`${found.label}\`${maker} is there already: ${differences.join('; ')}` }
}

async function wrappedBytes({ file, fileSha256 }: Inputs, folder: Folder): Promise<Uint8Array> {
  const blob = await folder.read(file)
  if (blob === undefined) throw new StepError('not-found', `folder \`${folder.path}\` has no file \`${file}\``)
  const sha256 = createHash('sha256').update(blob).digest('hex')
  if (sha256 === fileSha256) return blob
  throw new StepError('conflict', `file \`${file}\` has SHA-256 \`${sha256}\`, wanted \`${fileSha256}\``)
}

function chooseUnwrapping(token: Pkcs11Token, wanted: Inputs, signal: AbortSignal): Promise<string> {
  return chooseKey(token, { key: wanted.unwrappingKey, label: wanted.unwrappingKeyLabel }, signal)
}
