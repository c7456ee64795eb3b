import { describe, expect, it } from 'vitest'
import { certificatePem } from '../../../../../steps/x509/model/certificate.ts'
import { certificateListPem } from '../../../../../steps/x509/model/certificate-list.ts'
import { csrPem } from '../../../../../steps/x509/model/csr.ts'
import {
  day,
  makeCrl,
  makeCsr,
  makeEndEntity,
  makeKey,
  makeRoot,
  makeSubordinate,
  type TestKeyKind,
} from './hierarchy.ts'
import { judge } from './judge.ts'

const at2026June = String(day(2026, 6).getTime() / 1000)

describe.each<TestKeyKind>(['P-256', 'P-384', 'P-521', 'RSA'])('a hierarchy of %s keys', (kind) => {
  const rootKey = makeKey(kind)
  const caKey = makeKey(kind)
  const root = makeRoot(rootKey, { notAfter: day(2056) })
  const csr = makeCsr(caKey)
  const ca = makeSubordinate(root, rootKey, csr, { crlDistributionPoint: 'http://crl.example.com/root.crl' })
  const leaf = makeEndEntity(ca, caKey)
  const rootCrl = makeCrl(root, rootKey, { revoked: [{ serial: '77'.repeat(16), revokedAt: day(2026, 1, 20) }] })
  const caCrl = makeCrl(ca, caKey, { crlNumber: 2n ** 100n })
  const files = {
    'root.pem': certificatePem(root),
    'ca.pem': certificatePem(ca),
    'leaf.pem': certificatePem(leaf),
    'ca.csr': csrPem(csr),
    'crls.pem': certificateListPem(rootCrl) + certificateListPem(caCrl),
    'root.crl': rootCrl.der,
  }
  const strict = ['verify', '-x509_strict', '-check_ss_sig', '-attime', at2026June, '-CAfile', 'root.pem']

  it('passes the strict verification of OpenSSL with CRLs for all', () => {
    const all = [...strict, '-crl_check_all', '-CRLfile', 'crls.pem', '-untrusted', 'ca.pem', 'leaf.pem']
    expect(judge('openssl', all, files)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('leaf.pem: OK') })
  })

  it('fails it when the subordinate is revoked', () => {
    const revoking = makeCrl(root, rootKey, {
      revoked: [{ serial: ca.serialHex, revokedAt: day(2026, 1, 20), reason: 'cACompromise' }],
    })
    const crls = { ...files, 'crls.pem': certificateListPem(revoking) + certificateListPem(caCrl) }
    const all = [...strict, '-crl_check_all', '-CRLfile', 'crls.pem', '-untrusted', 'ca.pem', 'leaf.pem']
    expect(judge('openssl', all, crls).stderr).toContain('certificate revoked')
  })

  it('has a request that OpenSSL verifies', () => {
    const verdict = judge('openssl', ['req', '-in', 'ca.csr', '-noout', '-verify', '-text'], files)
    expect(verdict).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('verify OK') })
    expect(verdict.stdout).toMatch(/Basic Constraints: critical\n\s+CA:TRUE/)
  })

  it('has a CRL that OpenSSL verifies', () => {
    const args = ['crl', '-inform', 'DER', '-in', 'root.crl', '-noout', '-text', '-CAfile', 'root.pem']
    const verdict = judge('openssl', args, files)
    expect(verdict.stderr).toContain('verify OK')
    expect(verdict.stdout).toContain('Version 2')
  })

  // certtool judges by the clock of the machine, so this hierarchy is valid now
  it('passes the chain verification of GnuTLS', () => {
    const now = Date.now()
    const dates = { notBefore: new Date(now - 86_400_000), notAfter: new Date(now + 86_400_000) }
    const anchor = makeRoot(rootKey, dates)
    const issuing = makeSubordinate(anchor, rootKey, csr, dates)
    const chain = [makeEndEntity(issuing, caKey, dates), issuing, anchor].map((each) => certificatePem(each)).join('')
    const verdict = judge('certtool', ['--verify-chain', '--infile', 'chain.pem'], { 'chain.pem': chain })
    expect(verdict).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Chain verification output: Verified.'),
    })
  })
})
