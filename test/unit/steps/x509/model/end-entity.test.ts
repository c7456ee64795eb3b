import { describe, expect, it } from 'vitest'
import { certificatePem } from '../../../../../steps/x509/model/certificate.ts'
import { sequence } from '../../../../../steps/x509/model/der.ts'
import { extensionOids } from '../../../../../steps/x509/model/oids.ts'
import { day, makeEndEntity, makeKey, makeRoot } from './hierarchy.ts'
import { judge } from './judge.ts'

const key = makeKey()
const root = makeRoot(key)

describe('an end-entity certificate', () => {
  it('is fit for a TLS server in the eyes of OpenSSL', () => {
    const leaf = makeEndEntity(root, key)
    const args = ['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', 'www.example.com']
    const at = ['-attime', String(day(2026, 6).getTime() / 1000), '-CAfile', 'root', 'leaf']
    const files = { root: certificatePem(root), leaf: certificatePem(leaf) }
    expect(judge('openssl', [...args, ...at], files)).toMatchObject({ exitCode: 0 })
  })

  it('marks its alternative names critical exactly when it has no subject', () => {
    const critical = (subject?: Uint8Array) =>
      makeEndEntity(root, key, subject === undefined ? {} : { subject }).extensions.find(
        ({ oid }) => oid === extensionOids.subjectAlternativeName,
      )?.critical
    expect([critical(), critical(sequence())]).toEqual([false, true])
  })

  it('is no CA', () => {
    expect(makeEndEntity(root, key).decoded.basicConstraints).toEqual({ ca: false })
  })

  it('cannot outlive its issuer', () => {
    expect(() => makeEndEntity(root, key, { notAfter: day(2047) })).toThrow('would outlive its issuer')
  })
})
