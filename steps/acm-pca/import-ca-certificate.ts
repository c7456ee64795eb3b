import { Type, type Static } from 'typebox'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import { StepError } from '../../engine/step/errors.ts'
import { pemText, sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { present, requestOf, unless, type Asking } from '../aws/ask.ts'
import { bytesEqual } from '../x509/model/bytes.ts'
import { certificatePem, parseCertificate, parseCertificates } from '../x509/model/certificate.ts'
import { describeAuthority } from './authorities.ts'
import { ask } from './client.ts'
import { authorityArn } from './schemas.ts'

const outputs = Type.Object(
  {
    arn: authorityArn,
    status: Type.Literal('ACTIVE'),
    certificateSha256: sha256Hex('SHA-256 of the imported certificate'),
  },
  { additionalProperties: false },
)

interface Imported {
  readonly arn: string
  readonly certificatePem: string
  readonly chainPem: string
}

/**
 * Imports the certificate of a CA.
 *
 * `once`, although the service takes the same certificate twice: an import replaces what a CA issues with, and two of them
 * in CloudTrail where one was approved is a question nobody wants to answer. So `check` is believed after `settleMs` only.
 */
export const importCaCertificate = defineStep({
  name: 'acm-pca.import-ca-certificate',
  summary: 'Imports the certificate of a CA and its chain into AWS Private CA, and waits until the CA is ACTIVE',
  version: 1,
  inputs: Type.Object(
    {
      arn: authorityArn,
      certificatePem: pemText('The certificate of the CA'),
      chainPem: pemText('Its issuers, the direct one first, the root last'),
    },
    { additionalProperties: false },
  ),
  outputs,
  target: 'aws',
  permissions: [
    'acm-pca:ImportCertificateAuthorityCertificate',
    'acm-pca:DescribeCertificateAuthority',
    'acm-pca:GetCertificateAuthorityCertificate',
  ],
  examples: [
    {
      title: 'The certificate that an offline root signed',
      yaml: `id: importSub
uses: acm-pca.import-ca-certificate
target: aws
with:
  arn: arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/11111111-2222-4333-8444-555555555555
  certificatePem: |
    -----BEGIN CERTIFICATE-----
    …
    -----END CERTIFICATE-----
  chainPem: |
    -----BEGIN CERTIFICATE-----
    …
    -----END CERTIFICATE-----
`,
    },
  ],
  notRehearsed: ['which rule AWS Private CA checks first, and the exception it answers a bad certificate with'],
  effect: 'once',
  existing: 'adopt',
  // How long after an import AWS may still show the CA without its certificate is not documented; this is generous.
  settleMs: 5 * 60_000,
  wait: { everyMs: 5_000, timeoutMs: 15 * 60_000 },

  async check(inputs, context): Promise<CheckAnswer<Static<typeof outputs>>> {
    const { arn } = inputs
    const authority = await describeAuthority(context, arn)
    if (authority === undefined) throw new StepError('not-found', `there is no CA \`${arn}\``)
    const status = present(authority.Status, 'acm-pca:DescribeCertificateAuthority', 'Status')
    switch (status) {
      case 'CREATING':
        return { state: 'pending', what: `\`${arn}\` is CREATING` }
      case 'PENDING_CERTIFICATE':
        return context.answer === undefined
          ? { state: 'absent' }
          : { state: 'pending', what: `\`${arn}\` takes its certificate over` }
      case 'FAILED':
      case 'DELETED':
        return { state: 'conflict', differs: `\`${arn}\` is ${status}` }
      case 'ACTIVE':
      case 'DISABLED':
      case 'EXPIRED':
        return compare(inputs, status, context)
    }
  },

  async apply(inputs, context) {
    const { $metadata } = await ask(context, 'ImportCertificateAuthorityCertificate', (client, options) =>
      client.importCertificateAuthorityCertificate(
        {
          CertificateAuthorityArn: inputs.arn,
          Certificate: Buffer.from(certificatePem(parseCertificate(inputs.certificatePem))),
          CertificateChain: Buffer.from(
            parseCertificates(inputs.chainPem)
              .map((each) => certificatePem(each))
              .join(''),
          ),
        },
        options,
      ),
    )
    return { certificateSha256: parseCertificate(inputs.certificatePem).fingerprintSha256, ...requestOf($metadata) }
  },

  undo: 'impossible',
})

async function compare(
  inputs: Imported,
  status: 'ACTIVE' | 'DISABLED' | 'EXPIRED',
  context: Asking,
): Promise<CheckAnswer<Static<typeof outputs>>> {
  const { arn } = inputs
  const found = await unless(
    'InvalidStateException',
    ask(context, 'GetCertificateAuthorityCertificate', (client, options) =>
      client.getCertificateAuthorityCertificate({ CertificateAuthorityArn: arn }, options),
    ),
  )
  if (found === undefined) return { state: 'pending', what: `\`${arn}\` does not show its certificate yet` }
  const wanted = parseCertificate(inputs.certificatePem)
  const certificate = parseCertificate(
    present(found.Certificate, 'acm-pca:GetCertificateAuthorityCertificate', 'Certificate').trim(),
  )
  if (!bytesEqual(certificate.der, wanted.der))
    return {
      state: 'conflict',
      differs: `\`${arn}\` has the certificate with serial number \`${certificate.serialHex}\`, wanted \`${wanted.serialHex}\``,
    }
  if (!sameChain(inputs.chainPem, found.CertificateChain ?? ''))
    return { state: 'conflict', differs: `\`${arn}\` has the wanted certificate with another chain` }
  if (status !== 'ACTIVE')
    return { state: 'conflict', differs: `\`${arn}\` has the wanted certificate and is ${status}` }
  return { state: 'satisfied', outputs: { arn, status, certificateSha256: wanted.fingerprintSha256 } }
}

function sameChain(wantedPem: string, foundPem: string): boolean {
  const wanted = parseCertificates(wantedPem)
  const found = parseCertificates(foundPem.trim())
  return (
    wanted.length === found.length &&
    wanted.every(({ der }, index) => bytesEqual(der, found[index]?.der ?? new Uint8Array()))
  )
}
