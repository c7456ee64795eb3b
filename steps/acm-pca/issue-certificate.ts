import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { dateTime, pemText } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { wholeOutputs } from '../../engine/step/whole-outputs.ts'
import { isClass, present, requestOf, requireRunning, unless } from '../aws/ask.ts'
import { certificatePem, parseCertificate, parseCertificates } from '../x509/model/certificate.ts'
import { describeAuthority } from './authorities.ts'
import { ask } from './client.ts'
import { authorityArn, signingAlgorithm } from './schemas.ts'
import { revoke } from './revoke.ts'
import { validityOf } from './validity.ts'

const days = (description: string, maximum: number) => Type.Optional(Type.Integer({ description, minimum: 1, maximum }))

/**
 * Issues one certificate.
 *
 * AWS Private CA has no list of what it issued and no tags on it. A certificate whose ARN was lost with an answer is found
 * again by sending the same idempotency token, for a few minutes; later only a person can tell (audit report, CloudTrail).
 */
export const issueCertificate = defineStep({
  name: 'acm-pca.issue-certificate',
  summary: 'Issues a certificate for a certificate request from a CA of AWS Private CA',
  version: 1,
  inputs: Type.Object(
    {
      caArn: authorityArn,
      csrPem: pemText('The certificate request'),
      template: Type.String({
        description: 'Template, by the end of its ARN: `EndEntityCertificate/V1`',
        pattern: '^[A-Za-z0-9_]+/V[0-9]+$',
      }),
      validity: Type.Object(
        {
          days: days('Days from now', 36_500),
          months: days('Months from now', 1_200),
          years: days('Years from now', 100),
          notAfter: Type.Optional(dateTime('When it ends')),
        },
        {
          description: 'How long it is valid: exactly one of these',
          additionalProperties: false,
          minProperties: 1,
          maxProperties: 1,
        },
      ),
      signingAlgorithm,
    },
    { additionalProperties: false },
  ),
  outputs: Type.Object(
    {
      certificateArn: Type.String({ description: 'ARN of the certificate' }),
      serialHex: Type.String({ description: 'Serial number, hex' }),
      certificatePem: pemText('The certificate'),
      chainPem: pemText('Its issuers, the direct one first'),
    },
    { additionalProperties: false },
  ),
  target: 'aws',
  permissions: ['acm-pca:IssueCertificate', 'acm-pca:GetCertificate', 'acm-pca:DescribeCertificateAuthority'],
  examples: [
    {
      title: 'A test certificate for a server, valid for a day',
      yaml: `id: testCertificate
uses: acm-pca.issue-certificate
target: aws
with:
  caArn: arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/11111111-2222-4333-8444-555555555555
  csrPem: |
    -----BEGIN CERTIFICATE REQUEST-----
    …
    -----END CERTIFICATE REQUEST-----
  template: EndEntityCertificate/V1
  validity: { days: 1 }
  signingAlgorithm: SHA384WITHECDSA
`,
    },
  ],
  effect: 'once',
  existing: 'adopt',
  // AWS remembers an idempotency token for 5 minutes; the rest is for clocks and a request under way.
  replayWindowMs: 4 * 60_000,
  settleMs: 'never',
  // Not documented; the service's own waiter looks after 1 s, then less and less often.
  typicalMs: 5_000,
  wait: { everyMs: 2_000, timeoutMs: 10 * 60_000 },

  async check({ caArn }, context) {
    requireRunning(context.signal, 'AWS Private CA')
    const certificateArn = arnOf(context.answer)
    if (certificateArn === undefined)
      return context.effectId === undefined
        ? { state: 'absent' }
        : { state: 'unknowable', why: 'AWS Private CA lists no certificates, and the ARN of this one was lost' }
    const found = await unless(
      'RequestInProgressException',
      ask(context, 'GetCertificate', (client, options) =>
        client.getCertificate({ CertificateAuthorityArn: caArn, CertificateArn: certificateArn }, options),
      ),
    )
    if (found === undefined) return { state: 'pending', what: `\`${certificateArn}\` is being issued` }
    const certificate = parseCertificate(present(found.Certificate, 'acm-pca:GetCertificate', 'Certificate').trim())
    const chain = parseCertificates(
      present(found.CertificateChain, 'acm-pca:GetCertificate', 'CertificateChain').trim(),
    )
    return {
      state: 'satisfied',
      outputs: {
        certificateArn,
        serialHex: certificate.serialHex,
        certificatePem: certificatePem(certificate),
        chainPem: chain.map((each) => certificatePem(each)).join(''),
      },
      ...(context.effectId === undefined ? {} : { madeBy: context.effectId }),
    }
  },

  async apply(inputs, context) {
    const { caArn } = inputs
    try {
      const { CertificateArn, $metadata } = await ask(context, 'IssueCertificate', (client, options) =>
        client.issueCertificate(
          {
            CertificateAuthorityArn: caArn,
            Csr: Buffer.from(inputs.csrPem),
            SigningAlgorithm: inputs.signingAlgorithm,
            TemplateArn: `arn:${context.target.partition}:acm-pca:::template/${inputs.template}`,
            Validity: validityOf(inputs.validity),
            IdempotencyToken: context.effectId,
          },
          options,
        ),
      )
      return {
        certificateArn: present(CertificateArn, 'acm-pca:IssueCertificate', 'CertificateArn'),
        ...requestOf($metadata),
      }
    } catch (error) {
      // For a while after its import a CA is ACTIVE and does not issue yet.
      if (!isClass(error, 'InvalidStateException') || (await describeAuthority(context, caArn))?.Status !== 'ACTIVE')
        throw error
      throw new StepError('transient', `\`${caArn}\` is ACTIVE and does not issue yet`, {
        facts: error.facts,
        cause: error,
      })
    }
  },

  undo: {
    destructive: false,
    run: (inputs, outputs, context) =>
      revoke(context, inputs.caArn, wholeOutputs(outputs).serialHex, 'CESSATION_OF_OPERATION').then(() => undefined),
  },
})

function arnOf(answer: unknown): string | undefined {
  return typeof answer === 'object' &&
    answer !== null &&
    'certificateArn' in answer &&
    typeof answer.certificateArn === 'string'
    ? answer.certificateArn
    : undefined
}
