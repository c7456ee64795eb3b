import { describe, expect, it } from 'vitest'
import type { ChainFields } from '../../../../../steps/x509/model/chain.ts'
import { context, sequence, tlv } from '../../../../../steps/x509/model/der.ts'
import { encodeGeneralName } from '../../../../../steps/x509/model/general-name.ts'
import { extensionOids } from '../../../../../steps/x509/model/oids.ts'
import { ca, caCrl, caKey, good, leaf, leafKey, openssl, problems, root, rootCrl, rootKey } from './chain-world.ts'
import { day, makeCrl, makeRoot } from './hierarchy.ts'

describe('a chain with CRLs for all', () => {
  it.each<[string, Partial<ChainFields>, string[]]>([
    ['a CRL is missing', { crls: [caCrl] }, ['1 crl-missing', '2 crl-missing']],
    ['a CRL is too old', { crls: [rootCrl, makeCrl(ca, caKey, { nextUpdate: day(2026, 5) })] }, ['0 crl-expired']],
    [
      'a CRL is of the future',
      { crls: [rootCrl, makeCrl(ca, caKey, { thisUpdate: day(2026, 7) })] },
      ['0 crl-invalid'],
    ],
    [
      'a CRL is signed by another key',
      { crls: [rootCrl, makeCrl(makeRoot(leafKey, { subject: ca.subject }), leafKey)] },
      ['0 crl-invalid', '0 crl-invalid'],
    ],
    [
      'the end entity is revoked',
      { crls: [rootCrl, makeCrl(ca, caKey, { revoked: [{ serial: leaf.serialHex, revokedAt: day(2026, 1, 2) }] })] },
      ['0 revoked'],
    ],
    [
      'the subordinate is revoked',
      { crls: [caCrl, makeCrl(root, rootKey, { revoked: [{ serial: ca.serialHex, revokedAt: day(2026, 1, 2) }] })] },
      ['1 revoked'],
    ],
    [
      'a critical extension of the CRL is unknown',
      {
        crls: [
          rootCrl,
          makeCrl(ca, caKey, {
            extensions: [{ oid: '1.3.6.1.4.1.99999.1', critical: true, value: Uint8Array.of(5, 0) }],
          }),
        ],
      },
      ['0 crl-invalid'],
    ],
    [
      'the CRL is for CAs only',
      {
        crls: [
          rootCrl,
          makeCrl(ca, caKey, {
            extensions: [
              {
                oid: extensionOids.issuingDistributionPoint,
                critical: true,
                value: sequence(tlv(0x82, Uint8Array.of(255))),
              },
            ],
          }),
        ],
      },
      ['0 crl-invalid'],
    ],
  ])('is refused when %s, as by OpenSSL', (_, changes, wanted) => {
    expect(problems(changes)).toEqual(wanted)
    expect(openssl({ ...good, ...changes })).not.toBe(0)
  })

  it('is refused when the CRL has only what changed, which some versions of OpenSSL take for all', () => {
    const delta = { oid: extensionOids.deltaCrlIndicator, critical: true, value: Uint8Array.of(2, 1, 1) }
    expect(problems({ crls: [rootCrl, makeCrl(ca, caKey, { extensions: [delta] })] })).toEqual(['0 crl-invalid'])
  })

  it.each<[string, Partial<ChainFields>, string[]]>([
    [
      'one of two current CRLs revokes it',
      {
        crls: [
          rootCrl,
          caCrl,
          makeCrl(ca, caKey, { crlNumber: 2, revoked: [{ serial: leaf.serialHex, revokedAt: day(2026, 1, 2) }] }),
        ],
      },
      ['0 revoked'],
    ],
  ])('is refused when %s, which OpenSSL lets pass', (_, changes, wanted) => {
    expect(problems(changes)).toEqual(wanted)
    expect(openssl({ ...good, ...changes })).toBe(0)
  })

  it('takes a CRL whose scope covers the certificate', () => {
    const point = (url: string) => ({
      oid: extensionOids.issuingDistributionPoint,
      critical: true,
      value: sequence(context(0, context(0, encodeGeneralName({ kind: 'uri', text: url })))),
    })
    const crl = (url: string) => makeCrl(root, rootKey, { extensions: [point(url)] })
    const subordinateProblems = (url: string) =>
      problems({ chain: [ca, root], crls: [crl(url)] }).filter((each) => each.startsWith('0'))
    expect(subordinateProblems('http://crl.example.com/root.crl')).toEqual([])
    expect(subordinateProblems('http://crl.example.com/other.crl')).toEqual(['0 crl-invalid'])
  })
})
