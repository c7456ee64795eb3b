import { bytesEqual } from './bytes.ts'
import { type Certificate, verifyCertificate } from './certificate.ts'
import type { CertificateList } from './certificate-list.ts'
import type { ChainProblemCode, Problem } from './chain-problem.ts'
import { revocationProblems } from './chain-revocation.ts'
import { extensionOids, oidName } from './oids.ts'
import { dateText } from './time.ts'

/** One reason why a chain is not accepted. */
interface ChainProblem {
  readonly code: ChainProblemCode
  /** Position in the chain, 0 for the certificate that is verified. */
  readonly position: number
  readonly subject: string
  readonly message: string
}

/** A chain to verify. */
export interface ChainFields {
  /** The certificate that is verified, then its issuer, and so on; the last one is the trust anchor. */
  readonly chain: readonly Certificate[]
  /** The certificate trusted beforehand, which the last one must be. */
  readonly anchor: Certificate
  readonly at: Date
  /** With a list, every certificate needs a current CRL of its issuer in it. */
  readonly crls: readonly CertificateList[] | 'not-checked'
}

/** Whether a chain is accepted, and why not. */
export interface ChainResult {
  readonly valid: boolean
  /** All that is wrong, from the certificate that is verified to the anchor. */
  readonly problems: readonly ChainProblem[]
}

/**
 * Verifies a chain strictly: signatures, validity, names byte for byte, basic constraints and path lengths, key usage,
 * key identifiers, extensions, revocation. Beyond RFC 5280 every certificate must be version 3 with key identifiers, and
 * a CA at position 0 counts in path lengths, because it is there to issue. Name constraints and policy constraints are
 * not processed: critical ones are a problem.
 *
 * @see RFC 5280 section 6.1
 */
export function verifyChain({ chain, anchor, at, crls }: ChainFields): ChainResult {
  const problems: ChainProblem[] = []
  const last = chain.at(-1)
  if (last === undefined) {
    return { valid: false, problems: [{ code: 'empty', position: 0, subject: '', message: 'chain is empty' }] }
  }
  chain.forEach((certificate, position) => {
    const issuer = chain[position + 1] ?? certificate
    const found = [
      ...ownProblems(certificate, at),
      ...(position > 0 ? caProblems(certificate, chain.slice(0, position)) : []),
      ...issuerProblems(certificate, issuer),
      ...(crls === 'not-checked' ? [] : revocationProblems(certificate, issuer, crls, at)),
    ]
    if (certificate === last && !bytesEqual(last.der, anchor.der))
      found.push([
        'anchor',
        `chain ends in \`${last.subjectText}\`, which is not the trust anchor \`${anchor.subjectText}\``,
      ])
    problems.push(...found.map(([code, message]) => ({ code, position, subject: certificate.subjectText, message })))
  })
  return { valid: problems.length === 0, problems }
}

const processed: ReadonlySet<string> = new Set([
  extensionOids.basicConstraints,
  extensionOids.keyUsage,
  extensionOids.extendedKeyUsage,
  extensionOids.subjectKeyIdentifier,
  extensionOids.authorityKeyIdentifier,
  extensionOids.subjectAlternativeName,
  extensionOids.issuerAlternativeName,
  extensionOids.certificatePolicies, // any policy will do, so there is nothing to refuse
  extensionOids.crlDistributionPoints,
])

function ownProblems(certificate: Certificate, at: Date): Problem[] {
  const { version, extensions, decoded, notBefore, notAfter } = certificate
  const problems: Problem[] = []
  if (version !== 3) problems.push(['version', `certificate has version ${version}, wanted 3`])
  for (const { oid, why } of decoded.undecodable)
    problems.push(['extension', `${oidName(oid)} cannot be decoded: ${why}`])
  const repeated = extensions.filter(({ oid }, index) => extensions.findIndex((each) => each.oid === oid) !== index)
  for (const { oid } of repeated) problems.push(['extension', `${oidName(oid)} is there more than once`])
  for (const { oid, critical } of extensions)
    if (critical && !processed.has(oid)) problems.push(['extension', `critical ${oidName(oid)} is not processed`])
  if (at < notBefore)
    problems.push(['not-yet-valid', `valid from \`${dateText(notBefore)}\`, asked for \`${dateText(at)}\``])
  if (at > notAfter) problems.push(['expired', `valid until \`${dateText(notAfter)}\`, asked for \`${dateText(at)}\``])
  return problems
}

function caProblems({ decoded, extensions }: Certificate, before: readonly Certificate[]): Problem[] {
  const problems: Problem[] = []
  const constraints = decoded.basicConstraints
  const critical = extensions.some(({ oid, critical: marked }) => oid === extensionOids.basicConstraints && marked)
  if (constraints?.ca !== true || !critical)
    problems.push(['not-a-ca', 'basic constraints are not critical with CA, though it issued a certificate'])
  const below = before.filter(
    (each, index) => !bytesEqual(each.subject, each.issuer) && (index > 0 || each.decoded.basicConstraints?.ca),
  )
  if (constraints?.pathLength !== undefined && below.length > constraints.pathLength)
    problems.push(['path-length', `path length is ${constraints.pathLength}, but ${below.length} CAs stand below it`])
  if (decoded.keyUsage?.includes('keyCertSign') !== true)
    problems.push(['key-usage', 'key usage has no keyCertSign, though it issued a certificate'])
  if (decoded.subjectKeyIdentifier === undefined) problems.push(['key-identifier', 'CA has no subject key identifier'])
  return problems
}

function issuerProblems(certificate: Certificate, issuer: Certificate): Problem[] {
  const problems: Problem[] = []
  if (certificate.issuerText === '' || !bytesEqual(certificate.issuer, issuer.subject))
    problems.push([
      'issuer-name',
      `issuer is \`${certificate.issuerText}\`, next in the chain is \`${issuer.subjectText}\``,
    ])
  const known = certificate.signatureAlgorithm !== undefined
  if (!known || !bytesEqual(certificate.algorithmIdentifier, certificate.outerAlgorithmIdentifier))
    problems.push(['algorithm', 'signature algorithm is unknown or differs between inside and outside'])
  else if (!verifyCertificate(certificate, issuer))
    problems.push(['signature', `signature is not by the key of \`${issuer.subjectText}\``])
  const keyId = certificate.decoded.authorityKeyIdentifier?.keyId
  const needed = issuer !== certificate
  if ((needed || keyId !== undefined) && keyId !== issuer.decoded.subjectKeyIdentifier)
    problems.push([
      'key-identifier',
      `authority key identifier is \`${keyId ?? 'absent'}\`, that of the issuer is \`${issuer.decoded.subjectKeyIdentifier ?? 'absent'}\``,
    ])
  if (needed && keyId === undefined && issuer.decoded.subjectKeyIdentifier === undefined)
    problems.push(['key-identifier', 'authority key identifier is absent'])
  return problems
}
