import { bytesEqual } from './bytes.ts'
import type { Certificate } from './certificate.ts'
import { type CertificateList, verifyCertificateList } from './certificate-list.ts'
import type { Problem } from './chain-problem.ts'
import { extensionOids, oidName } from './oids.ts'
import { dateText } from './time.ts'

/**
 * Looks a certificate up in the CRLs of its issuer. One proper, current CRL that covers it must be there; when any such
 * CRL lists it, it is revoked.
 */
export function revocationProblems(
  certificate: Certificate,
  issuer: Certificate,
  crls: readonly CertificateList[],
  at: Date,
): Problem[] {
  const judged = crls
    .filter((list) => bytesEqual(list.issuer, issuer.subject))
    .map((list) => ({ list, problems: listProblems(list, certificate, issuer, at) }))
  if (judged.length === 0) return [['crl-missing', `no CRL of \`${issuer.subjectText}\` was given`]]
  const usable = judged.filter(({ problems }) => problems.length === 0)
  if (usable.length === 0) return judged.flatMap(({ problems }) => problems)
  return usable
    .flatMap(({ list }) => list.entries)
    .filter(({ serialHex }) => serialHex === certificate.serialHex)
    .slice(0, 1)
    .map(({ revokedAt }) => ['revoked', `revoked at \`${dateText(revokedAt)}\` by \`${issuer.subjectText}\``])
}

const processed: ReadonlySet<string> = new Set([
  extensionOids.authorityKeyIdentifier,
  extensionOids.crlNumber,
  extensionOids.issuingDistributionPoint,
])
const processedInEntries: ReadonlySet<string> = new Set([extensionOids.reasonCode, extensionOids.invalidityDate])

function listProblems(list: CertificateList, certificate: Certificate, issuer: Certificate, at: Date): Problem[] {
  const problems: Problem[] = []
  const { thisUpdate, nextUpdate, decoded } = list
  const name = `CRL \`${decoded.crlNumber ?? 'without number'}\` of \`${issuer.subjectText}\``
  if (at < thisUpdate) problems.push(['crl-invalid', `${name} begins only at \`${dateText(thisUpdate)}\``])
  if (nextUpdate === undefined) problems.push(['crl-invalid', `${name} has no next update`])
  else if (at > nextUpdate) problems.push(['crl-expired', `${name} was to be replaced by \`${dateText(nextUpdate)}\``])
  if (issuer.decoded.keyUsage?.includes('cRLSign') !== true)
    problems.push(['crl-invalid', `key usage of \`${issuer.subjectText}\` has no cRLSign`])
  const known = list.signatureAlgorithm !== undefined
  if (!known || !bytesEqual(list.algorithmIdentifier, list.outerAlgorithmIdentifier))
    problems.push(['crl-invalid', `${name} has an unknown signature algorithm, or two`])
  else if (!verifyCertificateList(list, issuer)) problems.push(['crl-invalid', `${name} is not signed by its issuer`])
  if (decoded.authorityKeyIdentifier?.keyId !== issuer.decoded.subjectKeyIdentifier)
    problems.push(['crl-invalid', `${name} has another authority key identifier than its issuer`])
  for (const { oid, why } of decoded.undecodable) problems.push(['crl-invalid', `${name}: ${oidName(oid)}: ${why}`])
  const unprocessed = [
    ...list.extensions.filter(({ oid, critical }) => critical && !processed.has(oid)),
    ...list.entries.flatMap(({ extensions }) =>
      extensions.filter(({ oid, critical }) => critical && !processedInEntries.has(oid)),
    ),
  ]
  for (const { oid } of unprocessed)
    problems.push(['crl-invalid', `${name} has a critical ${oidName(oid)}, which is not processed`])
  if (!covers(list, certificate))
    problems.push(['crl-invalid', `${name} does not cover \`${certificate.subjectText}\``])
  return problems
}

/** RFC 5280 section 6.3.3 (b) (2), for the scopes that complete CRLs have. */
function covers({ decoded }: CertificateList, certificate: Certificate): boolean {
  const scope = decoded.issuingDistributionPoint
  if (scope === undefined) return true
  const ca = certificate.decoded.basicConstraints?.ca === true
  if (scope.otherwiseRestricted || (scope.onlyUserCertificates && ca) || (scope.onlyCaCertificates && !ca)) return false
  const points = certificate.decoded.crlDistributionPoints ?? []
  return scope.urls.length === 0 || scope.urls.some((url) => points.includes(url))
}
