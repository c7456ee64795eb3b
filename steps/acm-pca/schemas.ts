import { Type, type Static } from 'typebox'

/** ARN of a CA of AWS Private CA. */
export const authorityArn = Type.String({
  description: 'ARN of the CA',
  pattern: '^arn:aws[a-z-]*:acm-pca:[a-z0-9-]+:[0-9]{12}:certificate-authority/[0-9a-f-]{36}$',
  'x-runbook-wants': 'the ARN of a CA, `arn:aws:acm-pca:REGION:ACCOUNT:certificate-authority/ID`',
})

export const keyAlgorithm = Type.Union(
  [
    Type.Literal('RSA_2048'),
    Type.Literal('RSA_3072'),
    Type.Literal('RSA_4096'),
    Type.Literal('EC_prime256v1'),
    Type.Literal('EC_secp384r1'),
    Type.Literal('EC_secp521r1'),
  ],
  { description: 'Key of the CA; it never leaves AWS' },
)

export const signingAlgorithm = Type.Union(
  [
    Type.Literal('SHA256WITHECDSA'),
    Type.Literal('SHA384WITHECDSA'),
    Type.Literal('SHA512WITHECDSA'),
    Type.Literal('SHA256WITHRSA'),
    Type.Literal('SHA384WITHRSA'),
    Type.Literal('SHA512WITHRSA'),
  ],
  { description: 'What the CA signs with; must fit its key' },
)

const member = (description: string, maxLength: number) =>
  Type.Optional(Type.String({ description, minLength: 1, maxLength }))

/** A distinguished name by the members that the API of AWS Private CA has. */
export const subject = Type.Object(
  {
    Country: Type.Optional(Type.String({ description: 'ISO 3166 code, such as `US`', pattern: '^[A-Za-z]{2}$' })),
    Organization: member('O', 64),
    OrganizationalUnit: member('OU', 64),
    DistinguishedNameQualifier: member('dnQualifier', 64),
    State: member('ST', 128),
    CommonName: member('CN', 64),
    SerialNumber: member('serialNumber', 64),
    Locality: member('L', 128),
    Title: member('title', 64),
    Surname: member('SN', 40),
    GivenName: member('GN', 16),
    Initials: member('initials', 5),
    Pseudonym: member('pseudonym', 128),
    GenerationQualifier: member('generationQualifier', 3),
  },
  { description: 'Distinguished name, by member', additionalProperties: false, minProperties: 1 },
)

export type Subject = Static<typeof subject>
