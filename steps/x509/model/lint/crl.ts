import { bytesEqual } from '../bytes.ts'
import type { CertificateList } from '../certificate-list.ts'
import { extensionOids, oidName } from '../oids.ts'
import { dateText } from '../time.ts'
import { timeLints } from './encoding.ts'
import { has } from './extension.ts'
import { type Finding, type Lint, rule, runLints } from './lint.ts'

const validReasons: readonly number[] = [1, 2, 3, 4, 5, 6, 8, 9, 10]
const known: ReadonlySet<string> = new Set(Object.values(extensionOids))

/** All rules for a CRL. */
export const crlLints: readonly Lint<CertificateList>[] = [
  rule('e_crl_version_not_2', 'CRL is not version 2', ({ version }) => version !== 2),
  rule('e_crl_has_next_update', 'CRL has no next update', ({ nextUpdate }) => nextUpdate === undefined),
  {
    id: 'e_crl_next_update_not_after_this_update',
    look: ({ thisUpdate, nextUpdate }) =>
      nextUpdate !== undefined && nextUpdate <= thisUpdate
        ? `\`${dateText(nextUpdate)}\` is not after \`${dateText(thisUpdate)}\``
        : undefined,
  },
  ...timeLints<CertificateList>(({ times: { thisUpdate, nextUpdate }, entries }) => [
    thisUpdate,
    ...(nextUpdate === undefined ? [] : [nextUpdate]),
    ...entries.map(({ revocationTime }) => revocationTime),
  ]),
  rule('e_crl_has_authority_key_identifier', 'CRL has no authority key identifier', ({ decoded }) => {
    return decoded.authorityKeyIdentifier?.keyId === undefined
  }),
  rule('e_crl_authority_key_identifier_critical', 'authority key identifier of the CRL is critical', (list) =>
    has(list, extensionOids.authorityKeyIdentifier, true),
  ),
  rule('e_crl_missing_crl_number', 'CRL has no number', (list) => !has(list, extensionOids.crlNumber)),
  rule('e_crl_number_critical', 'CRL number is critical', (list) => has(list, extensionOids.crlNumber, true)),
  rule(
    'e_crl_number_out_of_range',
    'CRL number is negative or longer than 20 octets',
    ({ decoded: { crlNumber = 0n } }) => crlNumber < 0n || crlNumber >> 159n !== 0n,
  ),
  rule(
    'e_crl_revoked_certificates_field_must_not_be_empty',
    'list of revoked certificates is there and empty',
    ({ emptyList }) => emptyList,
  ),
  {
    id: 'e_crl_valid_reason_codes',
    look: ({ entries }) => {
      const wrong = entries.find(({ reasonCode }) => reasonCode !== undefined && !validReasons.includes(reasonCode))
      return wrong === undefined ? undefined : `\`${wrong.serialHex}\` has reason code ${wrong.reasonCode}`
    },
  },
  {
    id: 'e_crl_revocation_time_after_this_update',
    look: ({ entries, thisUpdate }) => {
      const early = entries.find(({ revokedAt }) => revokedAt > thisUpdate)
      return early && `\`${early.serialHex}\` is revoked at \`${dateText(early.revokedAt)}\`, after this update`
    },
  },
  {
    id: 'e_crl_duplicate_entry',
    look: ({ entries }) => {
      const seen = new Set<string>()
      const again = entries.find(({ serialHex }) => seen.size === seen.add(serialHex).size)
      return again && `\`${again.serialHex}\` is listed more than once`
    },
  },
  {
    id: 'e_crl_ext_invalid_der',
    look: ({ decoded: { undecodable } }) =>
      undecodable.length === 0 ? undefined : undecodable.map(({ oid, why }) => `${oidName(oid)}: ${why}`).join('; '),
  },
  {
    id: 'e_crl_ext_duplicate_extension',
    look: ({ extensions }) => {
      const again = extensions.find(({ oid }, index) => extensions.findIndex((each) => each.oid === oid) !== index)
      return again && `${oidName(again.oid)} is there more than once`
    },
  },
  {
    id: 'e_crl_ext_unknown_critical',
    look: ({ extensions, entries }) => {
      const all = [...extensions, ...entries.flatMap((entry) => entry.extensions)]
      const unknown = all.find(({ oid, critical }) => critical && !known.has(oid))
      return unknown && `critical extension \`${unknown.oid}\` is unknown`
    },
  },
  rule('e_crl_sig_alg_not_match_tbs_sig_alg', 'signature algorithm differs between inside and outside', (list) => {
    return !bytesEqual(list.algorithmIdentifier, list.outerAlgorithmIdentifier)
  }),
  rule('e_signature_algorithm_not_supported', 'signature algorithm is unknown or its parameters are wrong', (list) => {
    return list.signatureAlgorithm === undefined
  }),
]

/** Lints one CRL by itself; none found is as it should be. */
export function lintCertificateList(list: CertificateList): Finding[] {
  return runLints(crlLints, list)
}
