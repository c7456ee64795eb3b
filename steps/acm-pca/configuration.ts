import type { Static } from 'typebox'
import type { CertificateAuthority } from './client.ts'
import type { createCaInputs, revocation } from './create-ca-schema.ts'

/** RevocationConfiguration as the API wants it. Without a CRL only `Enabled` may be there. */
export function revocationConfigurationOf(wanted: Static<typeof revocation> | undefined) {
  if (wanted === undefined) return { CrlConfiguration: { Enabled: false } }
  const { expirationInDays, s3BucketName, customCname, s3ObjectAcl } = wanted.crl
  return {
    CrlConfiguration: {
      Enabled: true,
      ExpirationInDays: expirationInDays,
      S3BucketName: s3BucketName,
      ...(customCname === undefined ? {} : { CustomCname: customCname }),
      ...(s3ObjectAcl === undefined ? {} : { S3ObjectAcl: s3ObjectAcl }),
    },
  }
}

/**
 * How an existing CA with the wanted subject differs from what is wanted.
 *
 * @returns `undefined` when it does not: tags are nobody's identity and are not compared
 */
export function configurationDifference(
  inputs: Static<typeof createCaInputs>,
  found: CertificateAuthority,
): string | undefined {
  const configuration = found.CertificateAuthorityConfiguration
  const crl = found.RevocationConfiguration?.CrlConfiguration
  const wantedCrl = inputs.revocation?.crl
  const comparisons: readonly (readonly [string, unknown, unknown])[] = [
    ['key algorithm', inputs.keyAlgorithm, configuration?.KeyAlgorithm],
    ['signing algorithm', inputs.signingAlgorithm, configuration?.SigningAlgorithm],
    ['usage mode', inputs.usageMode ?? 'GENERAL_PURPOSE', found.UsageMode ?? 'GENERAL_PURPOSE'],
    ['CRL', wantedCrl !== undefined, crl?.Enabled === true],
    ...(wantedCrl === undefined
      ? []
      : ([
          ['CRL validity in days', wantedCrl.expirationInDays, crl?.ExpirationInDays],
          ['CRL bucket', wantedCrl.s3BucketName, crl?.S3BucketName],
          ['CRL host', wantedCrl.customCname, crl?.CustomCname],
          ['CRL access', wantedCrl.s3ObjectAcl ?? crl?.S3ObjectAcl, crl?.S3ObjectAcl],
        ] as const)),
    ...(inputs.keyStorageSecurityStandard === undefined
      ? []
      : ([['key storage standard', inputs.keyStorageSecurityStandard, found.KeyStorageSecurityStandard]] as const)),
  ]
  const different = comparisons.find(([, wanted, is]) => wanted !== is)
  if (different === undefined) return undefined
  const [what, wanted, is] = different
  return `${what} \`${String(is)}\`, wanted \`${String(wanted)}\``
}
