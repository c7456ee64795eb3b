import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePem, decodePemBlocks, derOf, encodePem } from '../../../../../steps/x509/model/pem.ts'

const block = encodePem('CERTIFICATE', new Uint8Array(60).fill(7))

describe('PEM', () => {
  it('comes back as any bytes that were written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (der) => {
        expect(decodePem('CERTIFICATE', encodePem('CERTIFICATE', der))).toEqual(der)
      }),
    )
  })

  it('is read with Windows line ends and without a last line end', () => {
    expect(decodePem('CERTIFICATE', block.trimEnd().replaceAll('\n', '\r\n'))).toHaveLength(60)
  })

  it('reads a chain in its order', () => {
    const other = encodePem('CERTIFICATE', Uint8Array.of(1))
    expect(decodePemBlocks('CERTIFICATE', block + other).map((der) => der.length)).toEqual([60, 1])
  })

  it('takes DER, PEM text and PEM bytes', () => {
    const request = encodePem('CERTIFICATE REQUEST', Uint8Array.of(0x30, 0))
    for (const source of [request, Buffer.from(request), Uint8Array.of(0x30, 0)])
      expect([...derOf('CERTIFICATE REQUEST', source)]).toEqual([0x30, 0])
    expect(decodePem('CERTIFICATE REQUEST', request.replaceAll('CERT', 'NEW CERT'))).toHaveLength(2)
  })

  it.each([
    ['nothing', '', 'no PEM block `CERTIFICATE` was found'],
    ['two blocks', block + block, 'one PEM block `CERTIFICATE` was wanted, found 2'],
    ['another label', encodePem('X509 CRL', Uint8Array.of(1)), 'PEM line 1 is a `X509 CRL`, wanted a `CERTIFICATE`'],
    ['a private key', '-----BEGIN PRIVATE KEY-----\n', 'is a `PRIVATE KEY`'],
    ['text before', `Certificate:\n${block}`, 'PEM line 1 is outside any block'],
    ['text after', `${block}x`, 'PEM line 5 is outside any block'],
    ['no end', block.replace(/-----END.*/, ''), 'has no end'],
    [
      'a begin inside',
      block.replace('\n', '\n-----BEGIN CERTIFICATE-----\n'),
      'PEM line 2 opens or closes a block out of turn',
    ],
    ['an end first', '-----END CERTIFICATE-----', 'PEM line 1 opens or closes a block out of turn'],
    ['bad base64', block.replace('BwcH', 'Bw*H'), 'is not base64'],
    ['base64 that is not canonical', '-----BEGIN CERTIFICATE-----\nAB==\n-----END CERTIFICATE-----', 'is not base64'],
    ['an empty block', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----', 'is not base64'],
  ])('is refused with %s', (_, text, message) => {
    expect(() => decodePem('CERTIFICATE', text)).toThrow(message)
  })
})
