import { type Static, Type } from 'typebox'
import { pemText } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import {
  dateOf,
  dateOrNow,
  notAfterInput,
  notBeforeInput,
  requireFuture,
  requireIssuerKey,
  signingKey,
} from './inputs.ts'
import { bytesEqual } from './model/bytes.ts'
import { parseCertificate } from './model/certificate.ts'
import { type CertificateRequest, parseCsr } from './model/csr.ts'
import { invalid } from './model/invalid.ts'
import { lintBeforeIssuance } from './model/lint/before-issuance.ts'
import { printName } from './model/name-text.ts'
import { parseName } from './model/name.ts'
import { serialFrom } from './model/serial.ts'
import { subordinateTbs } from './model/subordinate.ts'
import { dateText } from './model/time.ts'
import { prepared, preparedBefore, preparedCertificate, type PreparedCertificate } from './prepared.ts'

const inputs = Type.Object(
  {
    key: signingKey,
    issuer: pemText(
      "The issuer's certificate; its subject is copied byte for byte, and no date may lie outside its own",
    ),
    csr: pemText(
      'The certificate request of the subordinate; subject and public key are copied byte for byte, nothing else is',
    ),
    expectSubject: Type.Optional(
      Type.String({
        description: 'Distinguished name that the request must ask for; how its texts are encoded does not count',
      }),
    ),
    notBefore: notBeforeInput,
    notAfter: notAfterInput,
    pathLength: Type.Integer({ description: 'How many CAs may stand below the subordinate; 0: none', minimum: 0 }),
    crlDistributionPoint: Type.Optional(
      Type.String({
        description: "URL of the issuer's CRL. Either this or `notRevocable: true` is stated",
        pattern: '^http://[^/ ]+/[!-~]+$',
        'x-runbook-wants': 'a plain URL such as `http://pki.example.com/root.crl`',
      }),
    ),
    notRevocable: Type.Optional(
      Type.Boolean({
        description: 'True: the issuer cannot revoke this certificate, as it names no CRL. Shown to those who approve',
      }),
    ),
  },
  { additionalProperties: false },
)

/** Fixes the bytes of a subordinate CA certificate before anybody approves or signs them. */
export const prepareSubordinate = defineStep({
  name: 'x509.prepare-subordinate',
  summary: 'Prepares the exact bytes of a subordinate CA certificate from its certificate request',
  version: 1,
  inputs,
  outputs: preparedCertificate,
  target: 'token',
  permissions: ['C_GenerateRandom', 'C_FindObjects', 'C_GetAttributeValue'],
  examples: [
    {
      title: 'A subordinate that the root can revoke',
      yaml: `
id: subordinateTbs
title: Prepare the subordinate's certificate
uses: x509.prepare-subordinate
target: rootToken
with:
  key: 0a1b2c3d
  issuer: |
    -----BEGIN CERTIFICATE-----
    …
  csr: |
    -----BEGIN CERTIFICATE REQUEST-----
    …
  notAfter: 2036-01-01T00:00:00Z
  pathLength: 0
  crlDistributionPoint: http://pki.example.com/root.crl
`,
    },
  ],
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: 0,
  check: async (_, context) => preparedBefore<PreparedCertificate>(context),
  async apply(wanted, { target, signal }) {
    const { key, pathLength, crlDistributionPoint } = wanted
    requireRevocationStated(wanted)
    const issuer = parseCertificate(wanted.issuer)
    const csr = parseCsr(wanted.csr)
    requireCaRequest(csr, wanted.expectSubject)
    const notBefore = dateOrNow(wanted.notBefore, '`notBefore`')
    const notAfter = dateOf(wanted.notAfter, '`notAfter`')
    requireFuture(notAfter, '`notAfter`')
    const signer = await target.signer(key, signal)
    requireIssuerKey(signer, key, issuer)
    const serial = serialFrom(await target.random(16, signal))
    const fields = { issuer, csr, serial, notBefore, notAfter, pathLength, crlDistributionPoint }
    const tbs = subordinateTbs({ ...fields, signatureAlgorithm: signer.algorithm })
    const common = prepared(tbs, await lintBeforeIssuance(tbs, 'subordinate', { issuer, csr }))
    return { ...common, serial, notBefore: dateText(notBefore), notAfter: dateText(notAfter) }
  },
  undo: 'nothing',
})

function requireRevocationStated({ crlDistributionPoint, notRevocable = false }: Static<typeof inputs>): void {
  if ((crlDistributionPoint === undefined) === notRevocable) return
  throw invalid(
    crlDistributionPoint === undefined
      ? 'neither `crlDistributionPoint` nor `notRevocable: true` is stated'
      : '`crlDistributionPoint` and `notRevocable: true` contradict each other',
    'say where the CRL of the issuer is, or that the certificate cannot be revoked',
  )
}

function requireCaRequest(csr: CertificateRequest, expectSubject: string | undefined): void {
  if (csr.decoded.basicConstraints?.ca === false)
    throw invalid(`certificate request \`${csr.subjectText}\` asks for no CA`)
  if (expectSubject === undefined) return
  const texts = [parseName(expectSubject, 'utf8'), parseName(expectSubject, 'shortest')]
  if (texts.some((name) => bytesEqual(name, csr.subject)) || texts.some((name) => printName(name) === csr.subjectText))
    return
  throw invalid(`certificate request asks for \`${csr.subjectText}\`, wanted \`${expectSubject}\``)
}
