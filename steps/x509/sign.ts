import { Type } from 'typebox'
import { artifactName } from '../../engine/step/artifact-name.ts'
import { StepError } from '../../engine/step/errors.ts'
import { dateTime, pemText, sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { signingKey } from './inputs.ts'
import { assemble } from './model/assemble.ts'
import { readSigned, type SignedOutputs } from './signed.ts'
import { describeToBeSigned, readToBeSigned, requireSigner, type ToBeSigned } from './to-be-signed.ts'

const inputs = Type.Object(
  {
    key: signingKey,
    tbs: Type.String({
      description: 'The exact bytes to be signed (DER), base64: output `tbs` of a step that prepared them',
      pattern: '^[A-Za-z0-9+/]+={0,2}$',
      'x-runbook-wants': 'base64',
    }),
    tbsSha256: sha256Hex('Their SHA-256: other bytes are refused'),
    kind: Type.Enum(['certificate', 'crl'], { description: 'What the bytes must be' }),
    issuer: Type.Optional(
      pemText(
        "The issuer's certificate, whose key must be `key`. Absent: a root, which must be for the public key of `key`",
      ),
    ),
    csr: Type.Optional(
      pemText('The certificate request that the certificate answers: subject and key must be its own'),
    ),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    pem: pemText('The certificate or CRL'),
    fingerprintSha256: sha256Hex('SHA-256 of the whole certificate or CRL (DER)'),
    tbsSha256: sha256Hex('SHA-256 of the bytes that were signed'),
    issuer: Type.String({ description: "The issuer's distinguished name" }),
    artifact: Type.String({ description: "Name of its file among the run's artifacts" }),
    lint: Type.Array(Type.String(), { description: 'Warnings of the rules; errors end the step' }),
    subject: Type.Optional(Type.String({ description: 'Of a certificate: its distinguished name' })),
    serial: Type.Optional(Type.String({ description: 'Of a certificate: its serial number, hex' })),
    notBefore: Type.Optional(dateTime('Of a certificate: begin of validity')),
    notAfter: Type.Optional(dateTime('Of a certificate: end of validity')),
    crlNumber: Type.Optional(Type.String({ description: 'Of a CRL: its number, decimal' })),
    thisUpdate: Type.Optional(dateTime('Of a CRL: when it was made')),
    nextUpdate: Type.Optional(dateTime('Of a CRL: when the next one is due')),
  },
  { additionalProperties: false },
)

/** Signs prepared bytes and no others, however often it is resumed. */
export const sign = defineStep({
  name: 'x509.sign',
  summary: 'Signs a prepared certificate or CRL: exactly the bytes that were approved',
  version: 1,
  inputs,
  outputs,
  target: 'token',
  describe: (wanted) => describeToBeSigned(readToBeSigned(wanted)),
  permissions: ['C_Sign', 'C_FindObjects', 'C_GetAttributeValue'],
  examples: [
    {
      title: 'The root signs itself after two key custodians approved the bytes',
      yaml: `
id: signRoot
title: Sign the root certificate
uses: x509.sign
target: rootToken
with:
  key: 0a1b2c3d
  kind: certificate
  tbs: MIIBCgKCAQEA
  tbsSha256: 5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8
approval: { role: key-custodian, count: 2 }
`,
    },
  ],
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: 0,
  async check(wanted, { target, artifacts, stepId, signal }) {
    const toBeSigned = readToBeSigned(wanted)
    const artifact = artifactName(stepId, '.pem')
    const stored = await artifacts.read(artifact)
    if (stored === undefined) {
      requireSigner(await target.signer(wanted.key, signal), wanted.key, toBeSigned)
      return { state: 'absent' }
    }
    const signed = await readStored(stored, toBeSigned)
    if (signed.state === 'satisfied') return { state: 'satisfied', outputs: { ...signed.outputs, artifact } }
    return { state: 'conflict', differs: `artifact \`${artifact}\` is not what was to be signed: ${signed.why}` }
  },
  async apply(wanted, { target, artifacts, stepId, signal }) {
    const toBeSigned = readToBeSigned(wanted)
    // ECDSA gives another signature each time: the one that is stored stays
    if ((await artifacts.read(artifactName(stepId, '.pem'))) !== undefined) return undefined
    const signer = await target.signer(wanted.key, signal)
    requireSigner(signer, wanted.key, toBeSigned)
    const { tbs } = toBeSigned.content
    const { pem } = await readSigned(assemble(tbs, signer.algorithm, await signer.sign(tbs, signal)), toBeSigned)
    await artifacts.create(artifactName(stepId, '.pem'), Buffer.from(pem))
    return undefined
  },
  undo: 'impossible',
})

type Stored =
  { readonly state: 'satisfied'; readonly outputs: SignedOutputs } | { readonly state: 'unfit'; readonly why: string }

async function readStored(stored: Uint8Array, toBeSigned: ToBeSigned): Promise<Stored> {
  try {
    return { state: 'satisfied', outputs: await readSigned(stored, toBeSigned) }
  } catch (error) {
    if (StepError.is(error) && error.code === 'invalid') return { state: 'unfit', why: error.message }
    throw error
  }
}
