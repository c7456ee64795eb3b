import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What the customer's guide has people do with OpenSSL: a trust anchor, and with it a certificate for a CSR. */
export function claimWithOpenSsl(csrPem: string): { readonly SignedCert: string; readonly TrustAnchor: string } {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-claim-'))
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  }
  writeFileSync(join(folder, 'ClusterCsr.csr'), csrPem)
  openssl('genrsa', '-out', 'customerCA.key', '2048')
  const subject = ['-subj', '/C=US/O=Example Corp/CN=Example Cluster Issuing CA']
  openssl('req', '-new', '-x509', '-days', '3652', '-key', 'customerCA.key', '-out', 'customerCA.crt', ...subject)
  const by = ['-CA', 'customerCA.crt', '-CAkey', 'customerCA.key', '-CAcreateserial']
  openssl('x509', '-req', '-days', '3652', '-in', 'ClusterCsr.csr', ...by, '-out', 'CustomerHsmCertificate.crt')
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
  return { SignedCert: read('CustomerHsmCertificate.crt'), TrustAnchor: read('customerCA.crt') }
}
