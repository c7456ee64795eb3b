import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../../../../steps/x509/model/bytes.ts'
import {
  integer,
  namedBits,
  octetString,
  oid,
  printableString,
  sequence,
  setOf,
  tlv,
} from '../../../../../steps/x509/model/der.ts'
import { childrenOf, DerFields, readDer } from '../../../../../steps/x509/model/der-reader.ts'
import {
  readBitString,
  readBoolean,
  readInteger,
  readNamedBits,
  readOid,
  readSmallInteger,
  readText,
} from '../../../../../steps/x509/model/der-values.ts'
import { judge } from './judge.ts'

const bytes = (...octets: number[]): Uint8Array => Uint8Array.from(octets)

describe('DER values', () => {
  it('come back as any integer that was written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }), (value) => {
        expect(readInteger(readDer(integer(value), 'it'), 'it')).toBe(value)
      }),
    )
  })

  it.each([
    [0n, '020100'],
    [127n, '02017f'],
    [128n, '02020080'],
    [-1n, '0201ff'],
    [-128n, '020180'],
    [-129n, '0202ff7f'],
    [256n, '02020100'],
  ])('write %s in the shortest way', (value, hex) => {
    expect(Buffer.from(integer(value)).toString('hex')).toBe(hex)
  })

  it('come back as any object identifier that was written', () => {
    const arcs = fc.tuple(
      fc.oneof(
        fc.tuple(fc.constantFrom(0n, 1n), fc.bigInt(0n, 39n)),
        fc.tuple(fc.constant(2n), fc.bigInt(0n, 2n ** 64n)),
      ),
      fc.array(fc.bigInt(0n, 2n ** 128n), { maxLength: 8 }),
    )
    fc.assert(
      fc.property(arcs, ([head, rest]) => {
        const dotted = [...head, ...rest].join('.')
        expect(readOid(readDer(oid(dotted), 'it'), 'it')).toBe(dotted)
      }),
    )
  })

  it('come back as any set of named bits that was written', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 40 })), (bits) => {
        const sorted = bits.toSorted((a, b) => a - b)
        expect(readNamedBits(readDer(namedBits(bits), 'it'), 'it')).toEqual(sorted)
      }),
    )
  })

  it('have lengths that OpenSSL reads, on both sides of every boundary', () => {
    for (const length of [0, 127, 128, 255, 256, 65_535, 65_536]) {
      const der = sequence(octetString(new Uint8Array(length)))
      const { stdout, exitCode } = judge('openssl', ['asn1parse', '-inform', 'DER', '-in', 'it'], { it: der })
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(new RegExp(`l= *${length} prim: +OCTET STRING`))
      expect(childrenOf(readDer(der, 'it'), 'it')[0]?.content.length).toBe(length)
    }
  })

  it('stand in a SET OF by their octets, the shorter first', () => {
    expect(setOf(integer(256), integer(2), integer(1))).toEqual(tlv(0x31, integer(1), integer(2), integer(256)))
  })
})

describe('the DER reader', () => {
  it.each([
    ['nothing', bytes(), 'ends early'],
    ['a tag alone', bytes(0x30), 'ends early'],
    ['content that is cut', bytes(0x04, 2, 0), 'ends early'],
    ['an indefinite length', bytes(0x30, 0x80, 0, 0), 'bad length'],
    ['a long length that fits a short one', bytes(0x04, 0x81, 1, 0), 'not minimal'],
    ['a length with a leading zero', concatBytes([bytes(0x04, 0x82, 0, 200), new Uint8Array(200)]), 'not minimal'],
    ['a length of five octets', bytes(0x04, 0x85, 1, 0, 0, 0, 0), 'bad length'],
    ['a high tag number', bytes(0x1f, 0x81, 0x01, 0), 'tag number above 30'],
    ['something after the value', bytes(0x05, 0, 0), 'followed by 1 more bytes'],
  ])('refuses %s', (_, der, message) => {
    expect(() => readDer(der, 'it')).toThrow(message)
  })

  it.each([
    ['an empty INTEGER', () => readInteger(readDer(bytes(2, 0), 'it'), 'it')],
    ['an INTEGER with a needless zero', () => readInteger(readDer(bytes(2, 2, 0, 1), 'it'), 'it')],
    ['an INTEGER with a needless sign octet', () => readInteger(readDer(bytes(2, 2, 0xff, 0x80), 'it'), 'it')],
    ['a count beyond 31 bits', () => readSmallInteger(readDer(integer(2 ** 31), 'it'), 'it')],
    ['TRUE that is not ff', () => readBoolean(readDer(bytes(1, 1, 1), 'it'), 'it')],
    ['an arc that begins with zero', () => readOid(readDer(bytes(6, 2, 0x80, 1), 'it'), 'it')],
    ['an arc without end', () => readOid(readDer(bytes(6, 1, 0x81), 'it'), 'it')],
    ['a key with unused bits', () => readBitString(readDer(bytes(3, 2, 1, 2), 'it'), 'it')],
    ['named bits with trailing zeros', () => readNamedBits(readDer(bytes(3, 2, 0, 2), 'it'), 'it')],
    ['named bits with unused bits set', () => readNamedBits(readDer(bytes(3, 2, 2, 3), 'it'), 'it')],
    ['UTF8String that is not UTF-8', () => readText(readDer(bytes(12, 1, 0xff), 'it'), 'it')],
    ['another tag than wanted', () => readOid(readDer(integer(1), 'it'), 'it')],
    ['a missing field', () => new DerFields(readDer(sequence(), 'it'), 'it').any('first')],
    ['a field too many', () => new DerFields(readDer(sequence(integer(1)), 'it'), 'it').end()],
  ])('refuses %s', (_, read) => {
    expect(read).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  it('never fails with anything but a clear error, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (der) => {
        try {
          readDer(der, 'it')
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid' })
        }
      }),
    )
  })
})

describe('DER text', () => {
  it('is refused as PrintableString when it has other characters', () => {
    expect(() => printableString('a*b')).toThrow('`a*b` has characters that PrintableString has not')
  })

  it.each(['1', '3.1', '1.40', '1..2', 'a.b', '1.-2'])('is refused as object identifier: %s', (dotted) => {
    expect(() => oid(dotted)).toThrow('is not an object identifier')
  })
})
