import type { Static } from 'typebox'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import type { CheckContext } from '../../engine/step/context.ts'
import { StepError } from '../../engine/step/errors.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { wholeOutputs } from '../../engine/step/whole-outputs.ts'
import { present, requestOf } from '../aws/ask.ts'
import { effectTag, runTag } from '../aws/tags.ts'
import { describeAuthority, effectOf, listAuthorities } from './authorities.ts'
import { ask, type CertificateAuthority } from './client.ts'
import { configurationDifference, revocationConfigurationOf } from './configuration.ts'
import { createCaInputs, createCaOutputs } from './create-ca-schema.ts'
import { deleteAuthority } from './delete-authority.ts'
import { canonical, sameSubject } from './subject.ts'

type Inputs = Static<typeof createCaInputs>
type Outputs = Static<typeof createCaOutputs>
type Answer = CheckAnswer<Outputs>

/** Creates a subordinate CA in AWS Private CA and waits until its CSR is there. */
export const createCa = defineStep({
  name: 'acm-pca.create-ca',
  summary: 'Creates a subordinate CA in AWS Private CA, whose certificate is to be imported',
  version: 1,
  inputs: createCaInputs,
  outputs: createCaOutputs,
  target: 'aws',
  permissions: [
    'acm-pca:CreateCertificateAuthority',
    'acm-pca:TagCertificateAuthority',
    'acm-pca:ListCertificateAuthorities',
    'acm-pca:DescribeCertificateAuthority',
    'acm-pca:ListTags',
    's3:GetBucketAcl',
    's3:PutObject',
  ],
  examples: [
    {
      title: 'A subordinate CA with an elliptic-curve key',
      yaml: `id: subCa
uses: acm-pca.create-ca
target: aws
with:
  type: SUBORDINATE
  keyAlgorithm: EC_secp384r1
  signingAlgorithm: SHA384WITHECDSA
  subject: { Country: US, Organization: Example Corp, CommonName: Example Issuing CA 1 }
  revocation:
    crl: { expirationInDays: 7, s3BucketName: example-crl }
  tags: { owner: pki }
`,
    },
  ],
  notRehearsed: [
    'how long AWS Private CA takes to create a CA',
    'that the S3 bucket of the CRL lets AWS Private CA write',
  ],
  effect: 'once',
  existing: 'refuse',
  // AWS remembers an idempotency token for 5 minutes; the rest is for clocks and a request under way.
  replayWindowMs: 4 * 60_000,
  // How long a CA may be missing in the list is not documented; this is generous.
  settleMs: 5 * 60_000,
  // "A few seconds later" says the AWS News Blog; the service's own waiter looks after 3 s, then less and less often.
  typicalMs: 10_000,
  wait: { everyMs: 5_000, timeoutMs: 15 * 60_000 },

  async check(inputs, context) {
    const known = await ownByAnswer(context)
    if (known !== undefined) return judge(inputs, known, context.effectId)
    const listed = await listAuthorities(context)
    const alike = listed.filter(
      ({ Status, Type: type, CertificateAuthorityConfiguration: found }) =>
        Status !== 'DELETED' && type === inputs.type && sameSubject(inputs.subject, found?.Subject),
    )
    const tagged = await Promise.all(
      alike.map(async (authority) => ({ authority, effect: await effectOf(context, authority.Arn ?? '') })),
    )
    const own = tagged.find(({ effect }) => effect !== undefined && effect === context.effectId)
    if (own !== undefined) return judge(inputs, own.authority, own.effect)
    const foreign = tagged.filter(({ authority }) => authority.Status !== 'FAILED')
    return judgeForeign(inputs, foreign, context.effectId !== undefined)
  },

  async apply(inputs, context) {
    const { CertificateAuthorityArn: arn, $metadata } = await ask(
      context,
      'CreateCertificateAuthority',
      (client, options) =>
        client.createCertificateAuthority(
          {
            CertificateAuthorityType: inputs.type,
            CertificateAuthorityConfiguration: {
              KeyAlgorithm: inputs.keyAlgorithm as 'EC_secp384r1', // the client's model is older than the service's list
              SigningAlgorithm: inputs.signingAlgorithm,
              Subject: inputs.subject,
            },
            RevocationConfiguration: revocationConfigurationOf(inputs.revocation),
            IdempotencyToken: context.effectId,
            Tags: [
              ...Object.entries(inputs.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
              { Key: effectTag, Value: context.effectId },
              { Key: runTag, Value: context.run.id },
            ],
            UsageMode: inputs.usageMode ?? 'GENERAL_PURPOSE',
            ...(inputs.keyStorageSecurityStandard === undefined
              ? {}
              : { KeyStorageSecurityStandard: inputs.keyStorageSecurityStandard }),
          },
          options,
        ),
    )
    return {
      arn: present(arn, 'acm-pca:CreateCertificateAuthority', 'CertificateAuthorityArn'),
      ...requestOf($metadata),
    }
  },

  undo: {
    destructive: true,
    run: (_inputs, outputs, context) => deleteAuthority(context, wholeOutputs(outputs).arn),
  },
})

/** The CA that `apply` got the ARN of. */
async function ownByAnswer(context: CheckContext<'aws'>): Promise<CertificateAuthority | undefined> {
  const { answer } = context
  if (typeof answer !== 'object' || answer === null || !('arn' in answer) || typeof answer.arn !== 'string')
    return undefined
  return describeAuthority(context, answer.arn)
}

function judge(inputs: Inputs, authority: CertificateAuthority, madeBy: string | undefined): Answer {
  const arn = present(authority.Arn, 'acm-pca:DescribeCertificateAuthority', 'Arn')
  const status = present(authority.Status, 'acm-pca:DescribeCertificateAuthority', 'Status')
  if (status === 'CREATING') return { state: 'pending', what: `\`${arn}\` is CREATING` }
  if (status === 'FAILED')
    throw new StepError('invalid', `\`${arn}\` failed: \`${authority.FailureReason ?? 'OTHER'}\``, {
      hint: 'delete it, then start again with a new run',
      facts: { arn, failureReason: authority.FailureReason ?? 'OTHER' },
    })
  if (status === 'DELETED')
    return { state: 'conflict', differs: `\`${arn}\` is DELETED`, hint: 'restore it, or start again with a new run' }
  const differs = configurationDifference(inputs, authority)
  if (differs !== undefined) return { state: 'conflict', differs: `\`${arn}\` has ${differs}` }
  return { state: 'satisfied', outputs: { arn, status }, ...(madeBy === undefined ? {} : { madeBy }) }
}

function judgeForeign(
  inputs: Inputs,
  found: readonly { readonly authority: CertificateAuthority; readonly effect: string | undefined }[],
  begun: boolean,
): Answer {
  const [first] = found
  if (first === undefined) return { state: 'absent' }
  const arns = found.map(({ authority }) => `\`${authority.Arn}\``).join(', ')
  const subject = canonical(inputs.subject)
  if (found.length > 1)
    return { state: 'conflict', differs: `${found.length} CAs have the subject \`${subject}\`: ${arns}` }
  // It has not our tag, which is set with the request that makes a CA: somebody else's.
  if (begun)
    return { state: 'conflict', differs: `somebody else made ${arns} with the subject \`${subject}\` meanwhile` }
  return judge(inputs, first.authority, first.effect)
}
