import type { Certificate } from '../certificate.ts'
import { crossReadCertificate, crossReadCertificateList } from '../cross-read.ts'
import type { CertificateRequest } from '../csr.ts'
import { throwAwayCopy, throwAwayCrl } from '../pre-issuance.ts'
import { readTbsCertificate } from '../tbs-certificate.ts'
import { lintAgainstIssuer, lintListAgainstIssuer } from './against-issuer.ts'
import { type CertificateRole, lintCertificate } from './certificate.ts'
import { lintCertificateList } from './crl.ts'
import { keyLints } from './key.ts'
import { type Finding, runLints } from './lint.ts'

/**
 * Judges a prepared certificate before anything is signed: all rules over a copy signed by a throw-away key, and a
 * second reader over the same copy (`e_readers_disagree`).
 *
 * @param tbs the exact bytes that are going to be signed
 * @param context the issuer's certificate unless it is a root, and the request it answers
 */
export async function lintBeforeIssuance(
  tbs: Uint8Array,
  role: CertificateRole,
  context: { readonly issuer?: Certificate | undefined; readonly csr?: CertificateRequest | undefined } = {},
): Promise<Finding[]> {
  const { certificate, issuer } = await throwAwayCopy(tbs, context.issuer)
  const keyFindings = runLints(keyLints, readTbsCertificate(tbs)) // the copy of a root has another key
  return [
    ...lintCertificate(certificate, role).filter(({ id }) => !keyLints.some((lint) => lint.id === id)),
    ...keyFindings,
    ...(context.issuer === undefined ? [] : lintAgainstIssuer(certificate, issuer, context.csr)),
    ...disagreements(await crossReadCertificate(certificate)),
  ]
}

/** As {@link lintBeforeIssuance}, for a prepared CRL. */
export async function lintCrlBeforeIssuance(tbs: Uint8Array, issuer: Certificate): Promise<Finding[]> {
  const copy = await throwAwayCrl(tbs, issuer)
  return [
    ...lintCertificateList(copy.list),
    ...lintListAgainstIssuer(copy.list, copy.issuer),
    ...disagreements(await crossReadCertificateList(copy.list)),
  ]
}

function disagreements(clauses: readonly string[]): Finding[] {
  return clauses.map((message) => ({ id: 'e_readers_disagree', severity: 'error', message }))
}
