import { createPublicKey, type KeyObject, randomBytes, verify } from 'node:crypto'
import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { pemText, sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { textAt } from './hsm-client/answer.ts'
import { asCloudHsmClient } from './hsm-client/client.ts'
import { chooseKey, keyId, keyLabel } from './hsm-client/choose-key.ts'
import { userName } from './hsm-client/config.ts'
import { byReference } from './hsm-client/keys.ts'
import { sha256Hex as digest, spkiSha256 } from '../x509/model/digest.ts'
import { clusterId } from './schemas.ts'

const inputs = Type.Object(
  {
    clusterId,
    as: userName('The crypto user who owns the key'),
    key: Type.Optional(keyId('CKA_ID of the key pair. Either this or `label`')),
    label: Type.Optional(keyLabel('Label of the private key')),
    publicKeyPem: pemText('The public key that its signature must verify with, as it was known before'),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    keyId: keyId('CKA_ID of the key'),
    spkiSha256: sha256Hex('SHA-256 of the public key (SubjectPublicKeyInfo, DER)'),
    nonce: Type.String({ description: 'What was signed, 32 random bytes, hex' }),
    signatureSha256: sha256Hex('SHA-256 of the signature'),
    provenAt: Type.String({ description: 'When, RFC 3339' }),
  },
  { additionalProperties: false },
)

/** Proves that a cluster has a private key, by a signature. */
export const proveKey = defineStep({
  name: 'cloudhsm.prove-key',
  summary:
    'Proves that a cluster has the private key of a public key: signs random bytes there, verifies the signature here',
  version: 1,
  inputs,
  outputs,
  target: 'hsm-client',
  permissions: [
    'cloudhsm-cli crypto sign (crypto user)',
    'cloudhsm-cli key list (crypto user)',
    'cloudhsm-cli user list',
  ],
  examples: [
    {
      title: 'A restored backup holds the root key',
      yaml: `
id: proveRestored
title: The restored cluster signs with the root key
uses: cloudhsm.prove-key
target: hsmClient
with:
  clusterId: cluster-igklspoyj5v
  as: rootcu
  label: example-root
  publicKeyPem: |
    -----BEGIN PUBLIC KEY-----
    MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE
    -----END PUBLIC KEY-----
`,
    },
  ],
  typicalMs: 15_000,
  effect: 'read',
  async check({ clusterId: id, as, key, label, publicKeyPem }, { target, signal, now }) {
    const client = asCloudHsmClient(target)
    const wanted = publicKeyOf(publicKeyPem)
    const found = await chooseKey(client, { key, label }, 'private-key', { clusterId: id, as, signal })
    if (found.useQuorum > 1)
      throw new StepError('denied', `key \`${found.label}\` signs only when ${found.useQuorum} of its users agree`, {
        hint: 'prove it with a key whose owner may sign alone',
      })
    const nonce = randomBytes(32)
    const signing = wanted.asymmetricKeyType === 'ec' ? 'ecdsa' : 'rsa-pkcs'
    const hash = hashOf(wanted)
    const of = ['--key-filter', ...byReference(found), '--hash-function', hash, '--data', nonce.toString('base64')]
    const data = await client.run({ clusterId: id, as, words: ['crypto', 'sign', signing, ...of], signal })
    const signature = Buffer.from(textAt(data, 'signature'), 'base64')
    // of an EC key r and s one behind the other
    if (!verify(hash, nonce, { key: wanted, dsaEncoding: 'ieee-p1363' }, signature))
      throw new StepError(
        'conflict',
        `key \`${found.label}\` of cluster \`${id}\` made a signature that does not verify with the public key`,
        { hint: 'the cluster has another key of that name: nothing that relies on it may go on' },
      )
    return {
      state: 'satisfied',
      outputs: {
        keyId: found.id,
        spkiSha256: spkiSha256(wanted.export({ format: 'der', type: 'spki' })),
        nonce: nonce.toString('hex'),
        signatureSha256: digest(signature),
        provenAt: new Date(now()).toISOString(),
      },
    }
  },
})

function publicKeyOf(pem: string): KeyObject {
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType === 'ec' || key.asymmetricKeyType === 'rsa') return key
  } catch {
    // told below
  }
  throw new StepError('invalid', 'the public key is neither RSA nor EC in PEM')
}

function hashOf({ asymmetricKeyDetails }: KeyObject): 'sha256' | 'sha384' {
  return asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'sha384' : 'sha256'
}
