import { blob, boolean, enumeration, integer, list, string, structure } from '../../aws/simulator/shapes.ts'

// Names and required members are compared with the published model by a test; lengths and patterns are of 2017-08-22.

const arn = string({ min: 5, max: 200 }, /^arn:[\w+=/,.@-]+:acm-pca:[\w+=/,.@-]*:[0-9]*:[\w+=,.@-]+(\/[\w+=,.@-]+)*$/)
const templateArn = string({ min: 5, max: 200 }, /^arn:[\w+=/,.@-]+:[\w+=/,.@-]+:[\w+=/,.@-]*:[0-9]*:[\w+=,.@/-]+$/)
const oid = string({ max: 64 }, /^([0-2])\.([0-9]|([0-3][0-9]))((\.([0-9]+)){0,126})$/)
const token = string({ min: 1, max: 36 }, /^[\t\n\r\u0020-\u00FF]*$/)
const printable = string({ max: 64 }, /^[a-zA-Z0-9'()+\-.?:/= ]*$/)
const nextToken = string({ min: 1, max: 500 })
const maxResults = integer({ min: 1, max: 1000 })
const bucket = string({ min: 3, max: 255 }, /^[-a-zA-Z0-9._/]+$/)
const cname = string({ max: 253 }, /^[-a-zA-Z0-9;/?:@&=+$,%_.!~*()']*$/)
const accountId = string({ min: 12, max: 12 }, /^[0-9]+$/)

export const keyAlgorithm = enumeration(
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'EC_prime256v1',
  'EC_secp384r1',
  'EC_secp521r1',
  'SM2',
)

export const signingAlgorithm = enumeration(
  'SHA256WITHECDSA',
  'SHA384WITHECDSA',
  'SHA512WITHECDSA',
  'SHA256WITHRSA',
  'SHA384WITHRSA',
  'SHA512WITHRSA',
  'SM3WITHSM2',
)

export const subject = structure({
  Country: string({ min: 2, max: 2 }, /^[A-Za-z]{2}$/),
  Organization: string({ max: 64 }),
  OrganizationalUnit: string({ max: 64 }),
  DistinguishedNameQualifier: printable,
  State: string({ max: 128 }),
  CommonName: string({ max: 64 }),
  SerialNumber: printable,
  Locality: string({ max: 128 }),
  Title: string({ max: 64 }),
  Surname: string({ max: 40 }),
  GivenName: string({ max: 16 }),
  Initials: string({ max: 5 }),
  Pseudonym: string({ max: 128 }),
  GenerationQualifier: string({ max: 3 }),
  CustomAttributes: list(structure({ 'ObjectIdentifier*': oid, 'Value*': string({ min: 1, max: 256 }) }), {
    min: 1,
    max: 150,
  }),
})

export const keyUsage = structure({
  DigitalSignature: boolean,
  NonRepudiation: boolean,
  KeyEncipherment: boolean,
  DataEncipherment: boolean,
  KeyAgreement: boolean,
  KeyCertSign: boolean,
  CRLSign: boolean,
  EncipherOnly: boolean,
  DecipherOnly: boolean,
})

export const generalName = structure({
  OtherName: structure({ 'TypeId*': oid, 'Value*': string({ max: 256 }) }),
  Rfc822Name: string({ max: 256 }),
  DnsName: string({ max: 253 }),
  DirectoryName: subject,
  EdiPartyName: structure({ 'PartyName*': string({ max: 256 }), NameAssigner: string({ max: 256 }) }),
  UniformResourceIdentifier: string({ max: 253 }),
  IpAddress: string({ max: 39 }),
  RegisteredId: oid,
})

export const configuration = structure({
  'KeyAlgorithm*': keyAlgorithm,
  'SigningAlgorithm*': signingAlgorithm,
  'Subject*': subject,
  CsrExtensions: structure({
    KeyUsage: keyUsage,
    SubjectInformationAccess: list(
      structure({
        'AccessMethod*': structure({
          CustomObjectIdentifier: oid,
          AccessMethodType: enumeration('CA_REPOSITORY', 'RESOURCE_PKI_MANIFEST', 'RESOURCE_PKI_NOTIFY'),
        }),
        'AccessLocation*': generalName,
      }),
    ),
  }),
})

export const revocationConfiguration = structure({
  CrlConfiguration: structure({
    'Enabled*': boolean,
    ExpirationInDays: integer({ min: 1, max: 5000 }),
    CustomCname: cname,
    S3BucketName: bucket,
    S3ObjectAcl: enumeration('PUBLIC_READ', 'BUCKET_OWNER_FULL_CONTROL'),
    CrlDistributionPointExtensionConfiguration: structure({ 'OmitExtension*': boolean }),
  }),
  OcspConfiguration: structure({ 'Enabled*': boolean, OcspCustomCname: cname }),
})

const tagPattern = /^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$/u
export const tags = list(
  structure({ 'Key*': string({ min: 1, max: 128 }, tagPattern), Value: string({ min: 0, max: 256 }, tagPattern) }),
  { min: 1, max: 50 },
)

export const extensions = structure({
  CertificatePolicies: list(
    structure({
      'CertPolicyId*': oid,
      PolicyQualifiers: list(
        structure({
          'PolicyQualifierId*': enumeration('CPS'),
          'Qualifier*': structure({ 'CpsUri*': string({ max: 256 }) }),
        }),
        { min: 1, max: 20 },
      ),
    }),
    { min: 1, max: 20 },
  ),
  ExtendedKeyUsage: list(
    structure({
      ExtendedKeyUsageType: enumeration(
        'SERVER_AUTH',
        'CLIENT_AUTH',
        'CODE_SIGNING',
        'EMAIL_PROTECTION',
        'TIME_STAMPING',
        'OCSP_SIGNING',
        'SMART_CARD_LOGIN',
        'DOCUMENT_SIGNING',
        'CERTIFICATE_TRANSPARENCY',
      ),
      ExtendedKeyUsageObjectIdentifier: oid,
    }),
    { min: 1, max: 20 },
  ),
  KeyUsage: keyUsage,
  SubjectAlternativeNames: list(generalName, { min: 1, max: 150 }),
  CustomExtensions: list(
    structure({
      'ObjectIdentifier*': oid,
      'Value*': string({ min: 1, max: 4096 }, /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
      Critical: boolean,
    }),
    { min: 1, max: 150 },
  ),
})

const apiPassthrough = structure({ Extensions: extensions, Subject: subject })

export const validity = structure({
  'Value*': integer({ min: 1 }),
  'Type*': enumeration('END_DATE', 'ABSOLUTE', 'DAYS', 'MONTHS', 'YEARS'),
})

const authority = { 'CertificateAuthorityArn*': arn } as const
const page = { MaxResults: maxResults, NextToken: nextToken } as const
const grantee = { 'Principal*': string({ max: 128 }, /^[^*]+$/), SourceAccount: accountId } as const

/** The requests of all 23 operations. */
export const operations = {
  CreateCertificateAuthority: structure({
    'CertificateAuthorityConfiguration*': configuration,
    RevocationConfiguration: revocationConfiguration,
    'CertificateAuthorityType*': enumeration('ROOT', 'SUBORDINATE'),
    IdempotencyToken: token,
    KeyStorageSecurityStandard: enumeration(
      'FIPS_140_2_LEVEL_2_OR_HIGHER',
      'FIPS_140_2_LEVEL_3_OR_HIGHER',
      'CCPC_LEVEL_1_OR_HIGHER',
    ),
    Tags: tags,
    UsageMode: enumeration('GENERAL_PURPOSE', 'SHORT_LIVED_CERTIFICATE'),
  }),
  DescribeCertificateAuthority: structure(authority),
  ListCertificateAuthorities: structure({ ...page, ResourceOwner: enumeration('SELF', 'OTHER_ACCOUNTS') }),
  UpdateCertificateAuthority: structure({
    ...authority,
    RevocationConfiguration: revocationConfiguration,
    Status: enumeration('CREATING', 'PENDING_CERTIFICATE', 'ACTIVE', 'DELETED', 'DISABLED', 'EXPIRED', 'FAILED'),
  }),
  DeleteCertificateAuthority: structure({ ...authority, PermanentDeletionTimeInDays: integer({ min: 7, max: 30 }) }),
  RestoreCertificateAuthority: structure(authority),
  GetCertificateAuthorityCsr: structure(authority),
  ImportCertificateAuthorityCertificate: structure({
    ...authority,
    'Certificate*': blob({ min: 1, max: 32_768 }),
    CertificateChain: blob({ max: 2_097_152 }),
  }),
  GetCertificateAuthorityCertificate: structure(authority),
  IssueCertificate: structure({
    ApiPassthrough: apiPassthrough,
    ...authority,
    'Csr*': blob({ min: 1, max: 32_768 }),
    'SigningAlgorithm*': signingAlgorithm,
    TemplateArn: templateArn,
    'Validity*': validity,
    ValidityNotBefore: validity,
    IdempotencyToken: token,
  }),
  GetCertificate: structure({ ...authority, 'CertificateArn*': arn }),
  RevokeCertificate: structure({
    ...authority,
    'CertificateSerial*': string({ max: 128 }),
    'RevocationReason*': enumeration(
      'UNSPECIFIED',
      'KEY_COMPROMISE',
      'CERTIFICATE_AUTHORITY_COMPROMISE',
      'AFFILIATION_CHANGED',
      'SUPERSEDED',
      'CESSATION_OF_OPERATION',
      'PRIVILEGE_WITHDRAWN',
      'A_A_COMPROMISE',
    ),
  }),
  CreatePermission: structure({
    ...authority,
    ...grantee,
    'Actions*': list(enumeration('IssueCertificate', 'GetCertificate', 'ListPermissions'), { min: 1, max: 3 }),
  }),
  DeletePermission: structure({ ...authority, ...grantee }),
  ListPermissions: structure({ ...authority, ...page }),
  PutPolicy: structure({ 'ResourceArn*': arn, 'Policy*': string({ min: 1, max: 81_920 }) }),
  GetPolicy: structure({ 'ResourceArn*': arn }),
  DeletePolicy: structure({ 'ResourceArn*': arn }),
  CreateCertificateAuthorityAuditReport: structure({
    ...authority,
    'S3BucketName*': bucket,
    'AuditReportResponseFormat*': enumeration('JSON', 'CSV'),
  }),
  DescribeCertificateAuthorityAuditReport: structure({
    ...authority,
    'AuditReportId*': string({ min: 36, max: 36 }, /^[a-z0-9]{8}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{12}$/),
  }),
  TagCertificateAuthority: structure({ ...authority, 'Tags*': tags }),
  UntagCertificateAuthority: structure({ ...authority, 'Tags*': tags }),
  ListTags: structure({ ...authority, ...page }),
} as const
