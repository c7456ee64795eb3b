import { assemble } from '../../../../../steps/x509/model/assemble.ts'
import { type Certificate, certificatePem, parseCertificate } from '../../../../../steps/x509/model/certificate.ts'
import { certificateListPem } from '../../../../../steps/x509/model/certificate-list.ts'
import { certificateTbs, type CertificateFields } from '../../../../../steps/x509/model/certificate-tbs.ts'
import { type ChainFields, verifyChain } from '../../../../../steps/x509/model/chain.ts'
import { signLocally } from '../../../../../steps/x509/model/signature.ts'
import { day, makeCrl, makeCsr, makeEndEntity, makeKey, makeRoot, makeSubordinate, type TestKey } from './hierarchy.ts'
import { judge } from './judge.ts'

/** Root, subordinate and end entity with their CRLs, all as it should be. */
export const rootKey = makeKey('P-384')
export const caKey = makeKey()
export const leafKey = makeKey()
export const root = makeRoot(rootKey)
export const ca = makeSubordinate(root, rootKey, makeCsr(caKey), {
  crlDistributionPoint: 'http://crl.example.com/root.crl',
})
export const leaf = makeEndEntity(ca, caKey, { publicKeySpki: leafKey.spki })
export const rootCrl = makeCrl(root, rootKey)
export const caCrl = makeCrl(ca, caKey)
export const good: ChainFields = { chain: [leaf, ca, root], anchor: root, at: day(2026, 6), crls: [rootCrl, caCrl] }

export const problems = (changes: Partial<ChainFields>): string[] =>
  verifyChain({ ...good, ...changes }).problems.map(({ code, position }) => `${position} ${code}`)

/** The same certificate with some fields changed, signed by `key`. */
export function altered(certificate: Certificate, key: TestKey, changes: Partial<CertificateFields>): Certificate {
  const tbs = certificateTbs({
    serial: certificate.serialHex,
    signatureAlgorithm: key.algorithm,
    issuer: certificate.issuer,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    subject: certificate.subject,
    publicKeySpki: certificate.spki,
    extensions: certificate.extensions,
    ...changes,
  })
  return parseCertificate(assemble(tbs, key.algorithm, signLocally(key.privateKey, key.algorithm, tbs)))
}

export const without = (certificate: Certificate, oid: string) =>
  certificate.extensions.filter((each) => each.oid !== oid)

/** OpenSSL's exit code for the same question. */
export function openssl({ chain, anchor, at, crls }: ChainFields): number | null {
  const files = {
    anchor: certificatePem(anchor),
    untrusted: chain
      .slice(1)
      .map((each) => certificatePem(each))
      .join(''),
    leaf: certificatePem(chain[0] ?? anchor),
    crls: crls === 'not-checked' ? '' : crls.map((each) => certificateListPem(each)).join(''),
  }
  const args = ['verify', '-x509_strict', '-check_ss_sig', '-attime', String(at.getTime() / 1000), '-CAfile', 'anchor']
  const revocation = crls === 'not-checked' ? [] : ['-crl_check_all', '-CRLfile', 'crls']
  return judge('openssl', [...args, ...revocation, '-untrusted', 'untrusted', 'leaf'], files).exitCode
}
