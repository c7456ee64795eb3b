import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tlv } from '../../../../../steps/x509/model/der.ts'
import { readDer } from '../../../../../steps/x509/model/der-reader.ts'
import { decodeTime, encodeTime } from '../../../../../steps/x509/model/time.ts'

const textOf = (der: Uint8Array): string => Buffer.from(der.subarray(2)).toString('latin1')
const decode = (tag: number, text: string) => decodeTime(readDer(tlv(tag, Buffer.from(text)), 'time'), 'time')

describe('a time', () => {
  it('comes back as any second that was written', () => {
    const years = { min: new Date('1950-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }
    fc.assert(
      fc.property(fc.date(years), (date) => {
        const { date: back, format } = decodeTime(readDer(encodeTime(date), 'time'), 'time')
        expect(back.getTime()).toBe(Math.floor(date.getTime() / 1000) * 1000)
        expect(format).toBe(date.getUTCFullYear() < 2050 ? 'utc' : 'generalized')
      }),
    )
  })

  it.each([
    ['1950-01-01T00:00:00Z', 0x17, '500101000000Z'],
    ['2049-12-31T23:59:59.999Z', 0x17, '491231235959Z'],
    ['2050-01-01T00:00:00Z', 0x18, '20500101000000Z'],
  ])('is written as RFC 5280 wants at %s', (date, tag, text) => {
    const der = encodeTime(new Date(date))
    expect([der[0], textOf(der)]).toEqual([tag, text])
  })

  it.each(['1949-12-31T23:59:59Z', '+010000-01-01T00:00:00Z', 'never'])('cannot be %s', (date) => {
    expect(() => encodeTime(new Date(date))).toThrow('years go from 1950 to 9999')
  })

  it.each([
    [0x17, '2601010000Z', '2026-01-01T00:00:00.000Z'],
    [0x17, '260101020000+0200', '2026-01-01T00:00:00.000Z'],
    [0x18, '20260101000000.5Z', '2026-01-01T00:00:00.500Z'],
    [0x18, '20260101000000-0130', '2026-01-01T01:30:00.000Z'],
  ])('is read in forms that only a lint may refuse: %s %s', (tag, text, iso) => {
    expect(decode(tag, text).date.toISOString()).toBe(iso)
  })

  it.each([
    [0x17, '260230000000Z'],
    [0x17, '260101240000Z'],
    [0x17, '260101000000'],
    [0x18, '260101000000Z'],
    [0x17, 'x60101000000Z'],
    [0x04, '260101000000Z'],
  ])('is refused when it is none: %s %s', (tag, text) => {
    expect(() => decode(tag, text)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })
})
