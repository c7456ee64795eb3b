import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { certificatePem } from '../../../../../steps/x509/model/certificate.ts'
import { readDer } from '../../../../../steps/x509/model/der-reader.ts'
import {
  decodeGeneralName,
  encodeGeneralName,
  type GeneralName,
  generalNameText,
} from '../../../../../steps/x509/model/general-name.ts'
import { parseName } from '../../../../../steps/x509/model/name.ts'
import { utf8String } from '../../../../../steps/x509/model/der.ts'
import { makeEndEntity, makeKey, makeRoot } from './hierarchy.ts'
import { judge } from './judge.ts'

const names: readonly GeneralName[] = [
  { kind: 'dns', text: 'www.example.com' },
  { kind: 'email', text: 'pki@example.com' },
  { kind: 'uri', text: 'https://example.com/a' },
  { kind: 'ip', address: '192.0.2.1' },
  { kind: 'ip', address: '2001:db8::1' },
  { kind: 'directory', nameDer: parseName('C=US, CN=x') },
  { kind: 'registered-id', oid: '1.2.3.4' },
  { kind: 'other', oid: '1.3.6.1.4.1.311.20.2.3', valueDer: utf8String('a@example.com') },
]

describe('a general name', () => {
  it.each(names.map((name) => [generalNameText(name), name] as const))('comes back: %s', (_, name) => {
    expect(decodeGeneralName(readDer(encodeGeneralName(name), 'name'))).toEqual(name)
  })

  it('comes back as any IP address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const back = decodeGeneralName(readDer(encodeGeneralName({ kind: 'ip', address }), 'name'))
        const wanted = address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address
        expect(back).toEqual({ kind: 'ip', address: wanted })
      }),
    )
  })

  it('is read by OpenSSL as it is', () => {
    const key = makeKey()
    const leaf = makeEndEntity(makeRoot(key), key, { alternativeNames: names })
    const args = ['x509', '-in', 'leaf', '-noout', '-ext', 'subjectAltName']
    const { stdout } = judge('openssl', args, { leaf: certificatePem(leaf) })
    expect(stdout).toContain(
      'DNS:www.example.com, email:pki@example.com, URI:https://example.com/a, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1, DirName:/C=US/CN=x, Registered ID:1.2.3.4, othername: UPN::a@example.com',
    )
  })

  it.each(['1.2.3', 'fe80::1%eth0', 'www.example.com'])('refuses %s as IP address', (address) => {
    expect(() => encodeGeneralName({ kind: 'ip', address })).toThrow('is not an IP address')
  })
})
