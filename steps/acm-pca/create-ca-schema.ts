import { Type } from 'typebox'
import { authorityArn, keyAlgorithm, signingAlgorithm, subject } from './schemas.ts'

const closed = { additionalProperties: false } as const

/** Revocation as runbooks say it. */
export const revocation = Type.Object(
  {
    crl: Type.Object(
      {
        expirationInDays: Type.Integer({
          description: 'Days from one CRL to the end of its validity',
          minimum: 1,
          maximum: 5000,
        }),
        s3BucketName: Type.String({
          description: 'Bucket that AWS Private CA may write to',
          minLength: 3,
          maxLength: 255,
        }),
        customCname: Type.Optional(
          Type.String({
            description: 'Host, and path where needed, of the CRL address in certificates, without `http://`',
            pattern: "^(?![a-z]+://)[-a-zA-Z0-9;/?:@&=+$,%_.!~*()']{1,253}$",
            'x-runbook-wants': 'a host name without `http://`',
          }),
        ),
        s3ObjectAcl: Type.Optional(
          Type.Union([Type.Literal('PUBLIC_READ'), Type.Literal('BUCKET_OWNER_FULL_CONTROL')], {
            description: 'Needs to be `BUCKET_OWNER_FULL_CONTROL` where S3 blocks public access',
          }),
        ),
      },
      { description: 'The CRL that AWS Private CA publishes', ...closed },
    ),
  },
  { description: 'How certificates of the CA are revoked; absent: not at all', ...closed },
)

export const createCaInputs = Type.Object(
  {
    type: Type.Literal('SUBORDINATE', { description: 'A CA below a root that is elsewhere' }),
    keyAlgorithm,
    signingAlgorithm,
    subject,
    revocation: Type.Optional(revocation),
    tags: Type.Optional(
      Type.Record(Type.String({ pattern: '^(?!aws:|runbook:).{1,128}$' }), Type.String({ maxLength: 256 }), {
        description: 'Tags besides `runbook:effect` and `runbook:run`',
        maxProperties: 48,
        additionalProperties: false,
      }),
    ),
    usageMode: Type.Optional(
      Type.Union([Type.Literal('GENERAL_PURPOSE'), Type.Literal('SHORT_LIVED_CERTIFICATE')], {
        description: 'Absent: `GENERAL_PURPOSE`',
      }),
    ),
    keyStorageSecurityStandard: Type.Optional(
      Type.Union([Type.Literal('FIPS_140_2_LEVEL_2_OR_HIGHER'), Type.Literal('FIPS_140_2_LEVEL_3_OR_HIGHER')], {
        description: 'Absent: what the Region has, level 3 in most',
      }),
    ),
  },
  closed,
)

export const createCaOutputs = Type.Object(
  { arn: authorityArn, status: Type.String({ description: 'Status when it was last looked at' }) },
  closed,
)
