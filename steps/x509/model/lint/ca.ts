import { bytesEqual, hexOf } from '../bytes.ts'
import { type Certificate, verifyCertificate } from '../certificate.ts'
import { keyIdentifier } from '../digest.ts'
import { extensionOids } from '../oids.ts'
import { has } from './extension.ts'
import { type Lint, rule } from './lint.ts'

/** Rules on every CA. */
export const caLints: readonly Lint<Certificate>[] = [
  rule('e_ca_subject_field_empty', 'subject of a CA is empty', ({ subjectText }) => subjectText === ''),
  rule('e_ca_is_ca', 'basic constraints do not say CA', ({ decoded }) => decoded.basicConstraints?.ca !== true),
  rule('e_basic_constraints_not_critical', 'basic constraints are not critical', (each) =>
    has(each, extensionOids.basicConstraints, false),
  ),
  rule('e_ca_key_usage_missing', 'CA has no key usage', (each) => !has(each, extensionOids.keyUsage)),
  rule(
    'e_ca_key_cert_sign_not_set',
    'key usage of a CA has no keyCertSign',
    ({ decoded: { keyUsage } }) => keyUsage?.includes('keyCertSign') === false,
  ),
  rule(
    'e_ca_crl_sign_not_set',
    'key usage of a CA has no cRLSign',
    ({ decoded: { keyUsage } }) => keyUsage?.includes('cRLSign') === false,
  ),
  rule(
    'e_ext_subject_key_identifier_missing_ca',
    'CA has no subject key identifier',
    (each) => !has(each, extensionOids.subjectKeyIdentifier),
  ),
  rule(
    'w_subject_key_identifier_not_method_1',
    'subject key identifier is not the SHA-1 of the public key (RFC 5280 section 4.2.1.2, method 1)',
    ({ spki, decoded: { subjectKeyIdentifier: id } }) => id !== undefined && id !== hexOf(keyIdentifier(spki)),
  ),
]

/** Rules on a self-signed root only. */
export const rootLints: readonly Lint<Certificate>[] = [
  rule('e_root_ca_not_self_issued', 'issuer and subject of the root differ', (each) => {
    return !bytesEqual(each.issuer, each.subject)
  }),
  rule('e_root_ca_signature_not_verified', 'root is not signed by its own key', (each) => {
    return each.signatureAlgorithm === undefined || !verifiedBy(each, each)
  }),
  rule('e_root_ca_key_usage_present', 'root has no key usage', (each) => !has(each, extensionOids.keyUsage)),
  rule('e_root_ca_key_usage_must_be_critical', 'key usage of the root is not critical', (each) =>
    has(each, extensionOids.keyUsage, false),
  ),
  rule('e_root_ca_extended_key_usage_present', 'root has an extended key usage', (each) =>
    has(each, extensionOids.extendedKeyUsage),
  ),
  rule('w_root_ca_contains_cert_policy', 'root has certificate policies', (each) =>
    has(each, extensionOids.certificatePolicies),
  ),
  rule(
    'w_root_ca_basic_constraints_path_len_constraint_field_present',
    'root has a path length',
    ({ decoded }) => decoded.basicConstraints?.pathLength !== undefined,
  ),
  rule(
    'e_root_ca_authority_key_identifier_not_its_own',
    'authority key identifier of the root is not its subject key identifier',
    ({ decoded: { authorityKeyIdentifier: id, subjectKeyIdentifier } }) =>
      id !== undefined && id.keyId !== subjectKeyIdentifier,
  ),
]

/** Rules on a subordinate CA only. */
export const subordinateLints: readonly Lint<Certificate>[] = [
  rule('e_sub_ca_self_issued', 'issuer and subject of the subordinate are the same', (each) => {
    return bytesEqual(each.issuer, each.subject)
  }),
  rule(
    'e_ext_authority_key_identifier_missing',
    'subordinate has no authority key identifier',
    (each) => !has(each, extensionOids.authorityKeyIdentifier),
  ),
  rule('w_sub_ca_eku_critical', 'extended key usage of the subordinate is critical', (each) =>
    has(each, extensionOids.extendedKeyUsage, true),
  ),
]

/** False too when the outer algorithm is not supported. */
function verifiedBy(certificate: Certificate, issuer: Certificate): boolean {
  try {
    return verifyCertificate(certificate, issuer)
  } catch {
    return false
  }
}
