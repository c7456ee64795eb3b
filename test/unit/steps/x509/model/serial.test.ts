import { describe, expect, it } from 'vitest'
import { encodeSerial, serialFrom, serialText } from '../../../../../steps/x509/model/serial.ts'

describe('a serial number', () => {
  it('is positive and 16 octets, whatever the random bytes', () => {
    expect(serialFrom(new Uint8Array(16))).toBe(`40${'00'.repeat(15)}`)
    expect(serialFrom(new Uint8Array(16).fill(255))).toBe(`7f${'ff'.repeat(15)}`)
  })

  it('refuses 15 bytes', () => {
    expect(() => serialFrom(new Uint8Array(15))).toThrow('serial number needs 16 random bytes, got 15')
  })

  it('is read with colons, leading zeros and capital letters', () => {
    expect(encodeSerial('00:AB')).toEqual(encodeSerial('ab'))
  })

  it.each([
    ['', 'is not hex'],
    ['xy', 'is not hex'],
    ['-1', 'is not hex'],
    ['00', 'is zero'],
    ['ff'.repeat(20), 'is longer than 20 octets'],
  ])('is refused: %s', (serial, message) => {
    expect(() => encodeSerial(serial)).toThrow(message)
  })

  it('may have 20 octets', () => {
    expect(encodeSerial('7f'.repeat(20))).toHaveLength(22)
  })

  it('is shown in whole octets', () => {
    expect([serialText(0xabcn), serialText(0x80n), serialText(-1n)]).toEqual(['0abc', '80', '-01'])
  })
})
