import { Type } from 'typebox'
import { dateTime, pemText, sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { requireRunning } from './cancelled.ts'
import { parseCertificate } from './model/certificate.ts'
import { dateText } from './model/time.ts'

const outputs = Type.Object(
  {
    subject: Type.String({ description: 'Distinguished name of the subject' }),
    issuer: Type.String({ description: 'Distinguished name of the issuer' }),
    serial: Type.String({ description: 'Serial number, hex' }),
    notBefore: dateTime('Begin of validity'),
    notAfter: dateTime('End of validity'),
    ca: Type.Boolean({ description: 'Whether it is a CA' }),
    crlUrls: Type.Array(Type.String(), { description: 'CRL distribution points' }),
    fingerprintSha256: sha256Hex('SHA-256 of the whole certificate (DER)'),
    spkiSha256: sha256Hex('SHA-256 of the public key (SubjectPublicKeyInfo, DER)'),
  },
  { additionalProperties: false },
)

/** Reads what a certificate says. */
export const readCertificate = defineStep({
  name: 'x509.read-certificate',
  summary: 'Reads serial number, names, dates and fingerprints of a certificate',
  version: 1,
  inputs: Type.Object({ certificate: pemText('The certificate') }, { additionalProperties: false }),
  outputs,
  target: undefined,
  permissions: [],
  examples: [
    {
      title: 'What a certificate says',
      yaml: `
id: rootFacts
title: Read the root certificate
uses: x509.read-certificate
with:
  certificate: |
    -----BEGIN CERTIFICATE-----
    …
`,
    },
  ],
  effect: 'read',
  async check({ certificate: pem }, { signal }) {
    requireRunning(signal)
    const certificate = parseCertificate(pem)
    const { decoded } = certificate
    return {
      state: 'satisfied',
      outputs: {
        subject: certificate.subjectText,
        issuer: certificate.issuerText,
        serial: certificate.serialHex,
        notBefore: dateText(certificate.notBefore),
        notAfter: dateText(certificate.notAfter),
        ca: decoded.basicConstraints?.ca === true,
        crlUrls: [...(decoded.crlDistributionPoints ?? [])],
        fingerprintSha256: certificate.fingerprintSha256,
        spkiSha256: certificate.spkiSha256,
      },
    }
  },
})
