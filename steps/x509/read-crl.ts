import { Type } from 'typebox'
import { dateTime, pemText, sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { requireRunning } from './cancelled.ts'
import { parseCertificate } from './model/certificate.ts'
import { parseCertificateList } from './model/certificate-list.ts'
import { invalid } from './model/invalid.ts'
import { lintListAgainstIssuer } from './model/lint/against-issuer.ts'
import { lintCertificateList } from './model/lint/crl.ts'
import { dateText } from './model/time.ts'
import { refuseErrors } from './prepared.ts'

const inputs = Type.Object(
  {
    crl: pemText('The CRL'),
    issuer: pemText("The issuer's certificate: the CRL must be signed by its key and name it"),
    revokes: Type.Optional(
      Type.Array(Type.String({ pattern: '^[0-9a-f]+$' }), {
        description: 'Serial numbers (hex) that it must list; with one missing the step fails',
      }),
    ),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    issuer: Type.String({ description: "The issuer's distinguished name" }),
    number: Type.String({ description: 'CRL number, decimal' }),
    thisUpdate: dateTime('When it was made'),
    nextUpdate: dateTime('When the next one is due'),
    revoked: Type.Array(Type.String(), { description: 'Serial numbers that it lists, hex' }),
    fingerprintSha256: sha256Hex('SHA-256 of the whole CRL (DER)'),
  },
  { additionalProperties: false },
)

/** Reads a CRL and verifies that its issuer signed it. */
export const readCrl = defineStep({
  name: 'x509.read-crl',
  summary: 'Reads a certificate revocation list, verified with the certificate of its issuer',
  version: 1,
  inputs,
  outputs,
  target: undefined,
  permissions: [],
  examples: [
    {
      title: "The root's CRL",
      yaml: `
id: rootCrl
title: Read the root's CRL
uses: x509.read-crl
with:
  crl: |
    -----BEGIN X509 CRL-----
    …
  issuer: |
    -----BEGIN CERTIFICATE-----
    …
`,
    },
  ],
  effect: 'read',
  async check({ crl, issuer: issuerPem, revokes = [] }, { signal }) {
    requireRunning(signal)
    const list = parseCertificateList(crl)
    const issuer = parseCertificate(issuerPem)
    refuseErrors([...lintCertificateList(list), ...lintListAgainstIssuer(list, issuer)], 'the CRL')
    const revoked = list.entries.map(({ serialHex }) => serialHex)
    const missing = revokes.filter((serial) => !revoked.includes(serial))
    const number = list.decoded.crlNumber
    if (missing.length > 0) {
      throw invalid(`CRL \`${number}\` of \`${issuer.subjectText}\` does not revoke \`${missing.join('`, `')}\``)
    }
    // a CRL without number or next update has errors, which were refused
    const nextUpdate = dateText(list.nextUpdate ?? list.thisUpdate)
    const dates = { thisUpdate: dateText(list.thisUpdate), nextUpdate }
    const { issuerText, fingerprintSha256 } = list
    return {
      state: 'satisfied',
      outputs: { issuer: issuerText, number: String(number ?? 0n), ...dates, revoked, fingerprintSha256 },
    }
  },
})
