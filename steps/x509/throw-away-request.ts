import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { type Static, Type } from 'typebox'
import { pemText, sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { requireRunning } from './cancelled.ts'
import { distinguishedName } from './inputs.ts'
import { assembleCsr, csrPem, csrTbs } from './model/csr.ts'
import { spkiSha256 } from './model/digest.ts'
import { subjectAlternativeName } from './model/extension.ts'
import { parseName } from './model/name.ts'
import { signLocally } from './model/signature.ts'
import { preparedBefore } from './prepared.ts'

const inputs = Type.Object(
  {
    subject: distinguishedName,
    dnsNames: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { description: 'DNS names to ask for' })),
    algorithm: Type.Optional(
      Type.Enum(['ec-p256', 'ec-p384', 'rsa-2048'], { description: 'Kind of the throw-away key', default: 'ec-p256' }),
    ),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    csrPem: pemText('The certificate request'),
    spkiSha256: sha256Hex('SHA-256 of its public key (SubjectPublicKeyInfo, DER)'),
  },
  { additionalProperties: false },
)

type Outputs = Static<typeof outputs>

const algorithms = { 'ec-p256': 'ecdsa-sha256', 'ec-p384': 'ecdsa-sha384', 'rsa-2048': 'rsa-pkcs1-sha256' } as const

/** Makes a certificate request whose private key is forgotten at once: good for a test certificate, useless for anything else. */
export const throwAwayRequest = defineStep({
  name: 'x509.throw-away-request',
  summary: 'Makes a certificate request for a test certificate, with a key that nobody keeps',
  version: 1,
  inputs,
  outputs,
  target: undefined,
  permissions: [],
  examples: [
    {
      title: 'A request for a one-day test certificate',
      yaml: `
id: testRequest
title: Make a request for a test certificate
uses: x509.throw-away-request
with: { subject: "CN=test.example.com", dnsNames: [test.example.com] }
`,
    },
  ],
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: 0,
  check: async (_, context) => preparedBefore<Outputs>(context),
  async apply({ subject, dnsNames = [], algorithm = 'ec-p256' }, { signal }) {
    requireRunning(signal)
    const { privateKey, publicKey } =
      algorithm === 'rsa-2048'
        ? await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
        : await promisify(generateKeyPair)('ec', { namedCurve: algorithm === 'ec-p256' ? 'P-256' : 'P-384' })
    const spki = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }))
    const names = dnsNames.map((text) => ({ kind: 'dns', text }) as const)
    const extensions = names.length === 0 ? [] : [subjectAlternativeName(names, false)]
    const tbs = csrTbs({ subject: parseName(subject), publicKeySpki: spki, extensions })
    const signature = signLocally(privateKey, algorithms[algorithm], tbs)
    return { csrPem: csrPem(assembleCsr(tbs, algorithms[algorithm], signature)), spkiSha256: spkiSha256(spki) }
  },
  undo: 'nothing',
})
