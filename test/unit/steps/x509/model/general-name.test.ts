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
import { tlv, utf8String } from '../../../../../steps/x509/model/der.ts'
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

/** An address in full, with dotted decimals at its end, and with its first zeros left out. */
function spellings(octets: Uint8Array): string[] {
  if (octets.length === 4) return [octets.join('.')]
  const groups = Array.from({ length: 8 }, (_, at) =>
    Buffer.from(octets)
      .readUInt16BE(at * 2)
      .toString(16),
  )
  const dotted = `${groups.slice(0, 6).join(':')}:${octets.subarray(12).join('.')}`
  const nonZero = groups.findIndex((group) => group !== '0')
  const zeros = nonZero === -1 ? 8 : nonZero
  const short = zeros < 2 ? [] : [`::${groups.slice(zeros).join(':')}`]
  return [groups.join(':'), dotted, ...short, ...(zeros >= 6 ? [`::${octets.subarray(12).join('.')}`] : [])]
}

describe('a general name', () => {
  it.each(names.map((name) => [generalNameText(name), name] as const))('comes back: %s', (_, name) => {
    expect(decodeGeneralName(readDer(encodeGeneralName(name), 'name'))).toEqual(name)
  })

  it('comes back as any IP address, however it is spelled', () => {
    const octets = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc
        .uint8Array({ minLength: 4, maxLength: 4 })
        .map((tail) => Uint8Array.from([...Array.from({ length: 12 }, () => 0), ...tail])),
    )
    fc.assert(
      fc.property(octets, (wanted) => {
        const read = decodeGeneralName(readDer(tlv(0x87, wanted), 'name'))
        expect(read.kind).toBe('ip')
        for (const address of [...(read.kind === 'ip' ? [read.address] : []), ...spellings(wanted)])
          expect([address, ...encodeGeneralName({ kind: 'ip', address }).subarray(2)]).toEqual([address, ...wanted])
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
