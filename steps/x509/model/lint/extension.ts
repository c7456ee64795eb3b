import type { Certificate } from '../certificate.ts'
import { extensionOids } from '../oids.ts'
import { publicKeyKind } from '../public-key.ts'
import { visibleText } from '../visible.ts'
import { type Lint, rule } from './lint.ts'

/** True when the extension is there, and, where asked, is critical or not. */
export function has({ extensions }: Pick<Certificate, 'extensions'>, oid: string, critical?: boolean): boolean {
  return extensions.some((each) => each.oid === oid && (critical === undefined || each.critical === critical))
}

const known: ReadonlySet<string> = new Set(Object.values(extensionOids))

/** Rules on extensions of any certificate. */
export const extensionLints: readonly Lint<Certificate>[] = [
  rule('e_ext_subject_key_identifier_critical', 'subject key identifier is critical', (each) =>
    has(each, extensionOids.subjectKeyIdentifier, true),
  ),
  rule('e_ext_authority_key_identifier_critical', 'authority key identifier is critical', (each) =>
    has(each, extensionOids.authorityKeyIdentifier, true),
  ),
  rule(
    'e_ext_authority_key_identifier_no_key_identifier',
    'authority key identifier has no key identifier',
    ({ decoded: { authorityKeyIdentifier: id } }) => id !== undefined && id.keyId === undefined,
  ),
  rule(
    'w_ext_authority_key_identifier_names_issuer',
    'authority key identifier names issuer and serial number, which ties it to one certificate of the issuer',
    ({ decoded }) => decoded.authorityKeyIdentifier?.namesIssuer === true,
  ),
  rule('e_ext_aia_marked_critical', 'authority information access is critical', (each) =>
    has(each, extensionOids.authorityInformationAccess, true),
  ),
  rule(
    'w_ext_crl_distribution_marked_critical',
    'CRL distribution points are critical, which AWS Private CA refuses',
    (each) => has(each, extensionOids.crlDistributionPoints, true),
  ),
  rule('e_ext_freshest_crl_marked_critical', 'freshest CRL is critical', (each) =>
    has(each, extensionOids.freshestCrl, true),
  ),
  {
    id: 'e_ext_unknown_critical',
    look: ({ extensions }) => {
      const unknown = extensions.find(({ oid, critical }) => critical && !known.has(oid))
      return unknown === undefined ? undefined : `critical extension \`${unknown.oid}\` is unknown`
    },
  },
  {
    id: 'w_ext_crl_distribution_not_http',
    look: ({ decoded }) => {
      const other = decoded.crlDistributionPoints?.find((url) => !/^http:\/\/[^/]/.test(url))
      return other === undefined
        ? undefined
        : `CRL distribution point \`${visibleText(other)}\` is not a plain HTTP URL`
    },
  },
  rule(
    'e_ext_key_usage_without_bits',
    'key usage has no bits',
    ({ decoded: { keyUsage } }) => keyUsage !== undefined && keyUsage.length === 0,
  ),
  rule('w_ext_key_usage_not_critical', 'key usage is not critical', (each) => has(each, extensionOids.keyUsage, false)),
  rule(
    'e_ext_key_usage_cert_sign_without_ca',
    'key usage has keyCertSign without CA in basic constraints',
    ({ decoded }) => decoded.keyUsage?.includes('keyCertSign') === true && decoded.basicConstraints?.ca !== true,
  ),
  {
    id: 'e_ecdsa_allowed_ku',
    look: ({ spki, decoded: { keyUsage = [] } }) => {
      const wrong = keyUsage.find((usage) => usage === 'keyEncipherment' || usage === 'dataEncipherment')
      return publicKeyKind(spki).kind === 'ec' && wrong !== undefined ? `an EC key cannot do ${wrong}` : undefined
    },
  },
  rule(
    'e_path_len_constraint_improperly_included',
    'path length is there without CA and keyCertSign',
    ({ decoded: { basicConstraints: constraints, keyUsage } }) =>
      constraints?.pathLength !== undefined && !(constraints.ca && keyUsage?.includes('keyCertSign') === true),
  ),
  rule(
    'e_path_len_constraint_zero_or_less',
    'path length is negative',
    ({ decoded }) => (decoded.basicConstraints?.pathLength ?? 0) < 0,
  ),
]
