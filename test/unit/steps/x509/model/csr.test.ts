import { describe, expect, it } from 'vitest'
import { assembleCsr, csrPem, csrTbs, parseCsr, verifyCsr } from '../../../../../steps/x509/model/csr.ts'
import { parseName } from '../../../../../steps/x509/model/name.ts'
import { signLocally } from '../../../../../steps/x509/model/signature.ts'
import { makeCsr, makeKey } from './hierarchy.ts'
import { judge } from './judge.ts'

const key = makeKey()

describe('a certificate request', () => {
  it('asks for a CA', () => {
    expect(makeCsr(key)).toMatchObject({
      subjectText: 'C=US, O=Example Corp, CN=Example Issuing CA',
      signatureAlgorithm: 'ecdsa-sha256',
      extensions: [{ critical: true }],
      decoded: { basicConstraints: { ca: true } },
      otherAttributes: [],
    })
  })

  it('is read from OpenSSL, with and without extensions and attributes', () => {
    const files = { key: key.privateKey.export({ type: 'pkcs8', format: 'pem' }) }
    const args = ['req', '-new', '-key', 'key', '-subj', '/C=US/CN=x']
    const plain = parseCsr(judge('openssl', args, files).stdout)
    const full = parseCsr(judge('openssl', [...args, '-addext', 'keyUsage=keyCertSign'], files).stdout)
    expect([plain.extensions.length, full.decoded.keyUsage]).toEqual([0, ['keyCertSign']])
    expect([verifyCsr(plain), verifyCsr(full)]).toEqual([true, true])
  })

  it('without extensions is verified by OpenSSL too', () => {
    const tbs = csrTbs({ subject: parseName('CN=x'), publicKeySpki: key.spki })
    const csr = assembleCsr(tbs, key.algorithm, signLocally(key.privateKey, key.algorithm, tbs))
    expect(judge('openssl', ['req', '-in', 'csr', '-verify', '-noout'], { csr: csrPem(csr) }).exitCode).toBe(0)
  })

  it('is not put together with the signature of another key', () => {
    const other = makeKey()
    const tbs = csrTbs({ subject: parseName('CN=x'), publicKeySpki: key.spki })
    expect(() => assembleCsr(tbs, other.algorithm, signLocally(other.privateKey, other.algorithm, tbs))).toThrow(
      'is not by the key of the certificate request',
    )
  })

  it('does not verify when it was changed', () => {
    const changed = Uint8Array.from(makeCsr(key).der)
    const at = Buffer.from(changed).indexOf('Issuing')
    changed[at] = 'i'.charCodeAt(0)
    expect(verifyCsr(parseCsr(changed))).toBe(false)
  })
})
