import { Type } from 'typebox'
import { dateTime, pemText, sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { requireRunning } from './cancelled.ts'
import { dateOrNow } from './inputs.ts'
import { type Certificate, parseCertificate, parseCertificates } from './model/certificate.ts'
import { parseCertificateList } from './model/certificate-list.ts'
import { verifyChain as verify } from './model/chain.ts'
import { invalid } from './model/invalid.ts'
import { dateText } from './model/time.ts'

const inputs = Type.Object(
  {
    certificate: pemText('The certificate that is verified'),
    chain: Type.Array(pemText('One certificate, or several in one text'), {
      description: 'Its issuer, the issuer of that, and so on; the last one is the trust anchor',
      minItems: 1,
    }),
    anchorSha256: Type.Optional(
      sha256Hex('SHA-256 that the trust anchor must have, when it came from somewhere else than a step of this run'),
    ),
    crls: Type.Optional(
      Type.Array(pemText('One CRL'), {
        description:
          'CRLs: every certificate needs a current one of its issuer. Absent: revocation is not checked, which the output says',
      }),
    ),
    at: Type.Optional(
      dateTime('The time at which it must be valid. Absent: now, by the real clock also in a rehearsal'),
    ),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    subject: Type.String({ description: 'Subject of the verified certificate' }),
    anchor: Type.String({ description: 'Subject of the trust anchor' }),
    anchorSha256: sha256Hex('SHA-256 of the trust anchor (DER)'),
    at: dateTime('The time at which it is valid'),
    revocationChecked: Type.Boolean({ description: 'Whether CRLs were given' }),
    explanation: Type.Array(Type.String(), {
      description: 'One line for each certificate, from the verified one to the anchor',
    }),
  },
  { additionalProperties: false },
)

/** Verifies a certificate chain strictly. */
export const verifyChain = defineStep({
  name: 'x509.verify-chain',
  summary: 'Verifies a certificate with its chain and CRLs, more strictly than TLS libraries do',
  version: 1,
  inputs,
  outputs,
  target: undefined,
  permissions: [],
  examples: [
    {
      title: 'A subordinate under its root',
      yaml: `
id: chain
title: Verify the subordinate's chain
uses: x509.verify-chain
with:
  certificate: |
    -----BEGIN CERTIFICATE-----
    …
  chain:
    - |
      -----BEGIN CERTIFICATE-----
      …
`,
    },
  ],
  effect: 'read',
  async check(wanted, { signal }) {
    requireRunning(signal)
    const certificate = parseCertificate(wanted.certificate)
    const issuers = wanted.chain.flatMap((pem) => parseCertificates(pem))
    const anchor = issuers.at(-1) ?? certificate
    if (wanted.anchorSha256 !== undefined && wanted.anchorSha256 !== anchor.fingerprintSha256) {
      throw invalid(
        `trust anchor \`${anchor.subjectText}\` has SHA-256 \`${anchor.fingerprintSha256}\`, wanted \`${wanted.anchorSha256}\``,
      )
    }
    const chain = [certificate, ...issuers]
    const at = dateOrNow(wanted.at, '`at`')
    const crls = wanted.crls?.map((pem) => parseCertificateList(pem)) ?? 'not-checked'
    const { problems } = verify({ chain, anchor, at, crls })
    if (problems.length > 0) {
      const list = problems.map(({ position, subject, message }) => `${position} \`${subject}\`: ${message}`)
      throw invalid(`chain of \`${certificate.subjectText}\` is not valid: ${list.join('; ')}`)
    }
    return {
      state: 'satisfied',
      outputs: {
        subject: certificate.subjectText,
        anchor: anchor.subjectText,
        anchorSha256: anchor.fingerprintSha256,
        at: dateText(at),
        revocationChecked: crls !== 'not-checked',
        explanation: chain.map(explained),
      },
    }
  },
})

function explained(certificate: Certificate, position: number): string {
  const { subjectText, issuerText, serialHex, notBefore, notAfter, decoded } = certificate
  const role =
    decoded.basicConstraints?.ca === true
      ? `CA, path length ${decoded.basicConstraints.pathLength ?? 'unlimited'}`
      : 'end entity'
  return `${position} \`${subjectText}\` (${role}), serial number ${serialHex}, signed by \`${issuerText}\`, valid ${dateText(notBefore)} to ${dateText(notAfter)}`
}
