import { describe, expect, it } from 'vitest'
import { type ChainFields, verifyChain } from '../../../../../steps/x509/model/chain.ts'
import { context, sequence, tlv } from '../../../../../steps/x509/model/der.ts'
import { encodeGeneralName } from '../../../../../steps/x509/model/general-name.ts'
import { extensionOids } from '../../../../../steps/x509/model/oids.ts'
import { altered, ca, caKey, good, leaf, leafKey, openssl, problems, root, rootKey, without } from './chain-world.ts'
import { day, makeEndEntity, makeKey, makeRoot } from './hierarchy.ts'

describe('a chain', () => {
  it('is accepted when all is well, as by OpenSSL', () => {
    expect(verifyChain(good)).toEqual({ valid: true, problems: [] })
    expect(openssl(good)).toBe(0)
  })

  it('is accepted at both of its last seconds', () => {
    expect(problems({ at: leaf.notAfter })).toEqual([])
    expect(problems({ at: root.notBefore, crls: 'not-checked' })).toEqual([])
  })

  it('may be the anchor alone', () => {
    expect(problems({ chain: [root] })).toEqual([])
  })

  it('tells certificate, place and reason', () => {
    expect(verifyChain({ ...good, at: day(2028), crls: 'not-checked' }).problems).toEqual([
      {
        code: 'expired',
        position: 0,
        subject: 'CN=www.example.com',
        message: 'valid until `2027-01-01T00:00:00Z`, asked for `2028-01-01T00:00:00Z`',
      },
    ])
  })

  const v1Root = altered(root, rootKey, { version: 1, extensions: [] })
  const unrelated = makeRoot(makeKey('P-384'))
  const limitedRoot = makeRoot(rootKey, { pathLength: 0 })
  const nameConstraints = {
    oid: extensionOids.nameConstraints,
    critical: true,
    value: sequence(context(0, sequence(sequence(encodeGeneralName({ kind: 'dns', text: 'example.com' }))))),
  }
  const policyConstraints = {
    oid: extensionOids.policyConstraints,
    critical: true,
    value: sequence(tlv(0x80, Uint8Array.of(0))),
  }
  const notCritical = ca.extensions.map((each) => ({ ...each, critical: false }))

  it.each<[string, Partial<ChainFields>, string[]]>([
    ['it is empty', { chain: [] }, ['0 empty']],
    ['it ends elsewhere', { anchor: unrelated }, ['2 anchor']],
    [
      'an anchor of the same name has another key',
      { chain: [leaf, ca, unrelated], anchor: unrelated, crls: 'not-checked' },
      ['1 signature', '1 key-identifier'],
    ],
    [
      'a link is missing',
      { chain: [leaf, root], crls: 'not-checked' },
      ['0 issuer-name', '0 signature', '0 key-identifier'],
    ],
    [
      'it is not yet valid',
      { at: day(2025), crls: 'not-checked' },
      ['0 not-yet-valid', '1 not-yet-valid', '2 not-yet-valid'],
    ],
    [
      'the root is version 1',
      { chain: [ca, v1Root], anchor: v1Root, crls: 'not-checked' },
      ['0 key-identifier', '1 version', '1 not-a-ca', '1 key-usage', '1 key-identifier'],
    ],
    [
      'a CA stands below path length 0',
      { chain: [leaf, altered(ca, rootKey, {}), limitedRoot], anchor: limitedRoot },
      ['2 path-length'],
    ],
    [
      'an end entity issues',
      {
        chain: [
          makeEndEntity(altered(leaf, caKey, { extensions: ca.extensions }), leafKey, { notAfter: leaf.notAfter }),
          leaf,
          ca,
          root,
        ],
        crls: 'not-checked',
      },
      ['0 key-identifier', '1 not-a-ca', '1 key-usage', '2 path-length'],
    ],
    [
      'basic constraints of a CA are not critical',
      { chain: [leaf, altered(ca, rootKey, { extensions: notCritical }), root] },
      ['1 not-a-ca'],
    ],
    [
      'there is no authority key identifier',
      { chain: [altered(leaf, caKey, { extensions: without(leaf, extensionOids.authorityKeyIdentifier) }), ca, root] },
      ['0 key-identifier'],
    ],
    [
      'an extension is there twice',
      { chain: [altered(leaf, caKey, { extensions: [...leaf.extensions, ...leaf.extensions.slice(0, 1)] }), ca, root] },
      ['0 extension'],
    ],
    [
      'an unknown extension is critical',
      {
        chain: [
          altered(leaf, caKey, {
            extensions: [...leaf.extensions, { oid: '1.2.3.4', critical: true, value: sequence() }],
          }),
          ca,
          root,
        ],
      },
      ['0 extension'],
    ],
    [
      'key usage cannot be decoded',
      {
        chain: [
          altered(leaf, caKey, {
            extensions: [
              ...without(leaf, extensionOids.keyUsage),
              { oid: extensionOids.keyUsage, critical: true, value: Uint8Array.of(5, 0) },
            ],
          }),
          ca,
          root,
        ],
      },
      ['0 extension'],
    ],
  ])('is refused when %s, as by OpenSSL', (_, changes, wanted) => {
    expect(problems(changes)).toEqual(wanted)
    if (changes.chain?.length !== 0) expect(openssl({ ...good, ...changes })).not.toBe(0)
  })

  it.each<[string, Partial<ChainFields>, string[]]>([
    [
      'policy constraints are critical',
      { chain: [altered(leaf, caKey, { extensions: [...leaf.extensions, policyConstraints] }), ca, root] },
      ['0 extension'],
    ],
  ])('is refused when %s, which OpenSSL lets pass', (_, changes, wanted) => {
    expect(problems(changes)).toEqual(wanted)
    expect(openssl({ ...good, ...changes })).toBe(0)
  })

  it('is refused with critical name constraints, which this model does not process', () => {
    const constrained = altered(ca, rootKey, { extensions: [...ca.extensions, nameConstraints] })
    expect(problems({ chain: [leaf, constrained, root] })).toEqual(['1 extension'])
  })

  it('is refused when a CA at its front may not exist below its issuer', () => {
    expect(problems({ chain: [ca, limitedRoot], anchor: limitedRoot })).toEqual(['1 path-length'])
  })
})
