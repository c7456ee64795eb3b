import { describe, expect, it } from 'vitest'
import {
  issuanceLints,
  lintAgainstIssuer,
  lintListAgainstIssuer,
  listIssuanceLints,
} from '../../../../../../steps/x509/model/lint/against-issuer.ts'
import { algorithmIdentifier } from '../../../../../../steps/x509/model/algorithm.ts'
import { authorityKeyIdentifier, basicConstraints, keyUsage } from '../../../../../../steps/x509/model/extension.ts'
import { extensionOids as oids } from '../../../../../../steps/x509/model/oids.ts'
import { day, makeCrl, makeCsr, makeEndEntity, makeKey, makeRoot, makeSubordinate } from '../hierarchy.ts'
import { extensionsWith, rebuilt, time } from './bad.ts'

const key = makeKey()
const root = makeRoot(key)
const csr = makeCsr(makeKey())
const ca = makeSubordinate(root, key, csr)
const crl = makeCrl(root, key)
const limited = makeRoot(key, { pathLength: 1 })
const ids = (findings: readonly { id: string }[]): string[] => findings.map(({ id }) => id)

const examples: Readonly<Record<string, () => string[]>> = {
  e_issuer_name_not_byte_equal: () => ids(lintAgainstIssuer(rebuilt(ca, key, { issuer: csr.subject }), root)),
  e_authority_key_identifier_not_issuers: () =>
    ids(
      lintAgainstIssuer(
        rebuilt(ca, key, {
          extensions: extensionsWith(ca, oids.authorityKeyIdentifier, authorityKeyIdentifier(Uint8Array.of(1))),
        }),
        root,
      ),
    ),
  e_signature_not_verified: () => ids(lintAgainstIssuer(rebuilt(ca, makeKey(), {}), root)),
  e_issuer_not_a_ca: () => {
    const extensions = extensionsWith(root, oids.basicConstraints, basicConstraints({ ca: false }))
    return ids(lintAgainstIssuer(ca, rebuilt(root, key, { extensions })))
  },
  e_begins_before_issuer: () =>
    ids(lintAgainstIssuer(rebuilt(ca, key, { times: [time('251231235959Z'), time('360101000000Z')] }), root)),
  e_outlives_issuer: () =>
    ids(lintAgainstIssuer(rebuilt(ca, key, { times: [time('260101000000Z'), time('460101000001Z')] }), root)),
  e_path_length_not_below_issuers: () => {
    const extensions = extensionsWith(ca, oids.basicConstraints, basicConstraints({ ca: true, pathLength: 1 }))
    return ids(lintAgainstIssuer(rebuilt(ca, key, { extensions }), limited))
  },
  e_key_not_of_request: () => ids(lintAgainstIssuer(ca, root, { ...makeCsr(makeKey()), subject: csr.subject })),
  e_subject_not_of_request: () => ids(lintAgainstIssuer(ca, root, { ...csr, subject: root.subject })),
  e_key_of_issuer: () => ids(lintAgainstIssuer(makeSubordinate(root, key, makeCsr(key)), root)),
}

describe('each rule for a certificate beside its issuer', () => {
  it('has an example that breaks it', () => {
    expect(Object.keys(examples)).toEqual(issuanceLints.map(({ id }) => id))
  })

  it.each(Object.entries(examples))('%s, and nothing else, finds its example', (id, find) => {
    expect(find()).toEqual([id])
  })

  it('finds nothing wrong with the good profiles', () => {
    expect(lintAgainstIssuer(ca, root, csr)).toEqual([])
    expect(lintAgainstIssuer(makeSubordinate(limited, key, csr, { notAfter: limited.notAfter }), limited, csr)).toEqual(
      [],
    )
    expect(lintAgainstIssuer(makeEndEntity(limited, key), limited)).toEqual([])
  })

  it('finds an unlimited subordinate under a limited issuer', () => {
    const extensions = extensionsWith(ca, oids.basicConstraints, basicConstraints({ ca: true }))
    expect(ids(lintAgainstIssuer(rebuilt(ca, key, { extensions }), limited))).toEqual([
      'e_path_length_not_below_issuers',
    ])
  })

  it('finds that an algorithm was exchanged outside the signature', () => {
    const exchanged = rebuilt(ca, key, { outer: algorithmIdentifier('ecdsa-sha384') })
    expect(ids(lintAgainstIssuer(exchanged, root))).toEqual(['e_signature_not_verified'])
  })
})

const noCrlSign = rebuilt(root, key, { extensions: extensionsWith(root, oids.keyUsage, keyUsage(['keyCertSign'])) })
const listExamples: Readonly<Record<string, () => string[]>> = {
  e_crl_issuer_name_not_byte_equal: () =>
    ids(lintListAgainstIssuer(makeCrl(makeRoot(key, { subject: csr.subject }), key), root)),
  e_crl_authority_key_identifier_not_issuers: () =>
    ids(
      lintListAgainstIssuer(
        { ...crl, decoded: { ...crl.decoded, authorityKeyIdentifier: { namesIssuer: true } } },
        root,
      ),
    ),
  e_crl_signature_not_verified: () => ids(lintListAgainstIssuer({ ...crl, signature: ca.signature }, root)),
  e_crl_issuer_without_crl_sign: () => ids(lintListAgainstIssuer(crl, noCrlSign)),
  e_crl_begins_before_issuer: () => ids(lintListAgainstIssuer(makeCrl(root, key, { thisUpdate: day(2025) }), root)),
  w_crl_outlives_issuer: () => ids(lintListAgainstIssuer(makeCrl(root, key, { nextUpdate: day(2047) }), root)),
}

describe('each rule for a CRL beside its issuer', () => {
  it('has an example that breaks it', () => {
    expect(Object.keys(listExamples)).toEqual(listIssuanceLints.map(({ id }) => id))
  })

  it.each(Object.entries(listExamples))('%s, and nothing else, finds its example', (id, find) => {
    expect(find()).toEqual([id])
  })

  it('finds nothing wrong with a good CRL', () => {
    expect(lintListAgainstIssuer(crl, root)).toEqual([])
  })
})
