import { describe, expect, it } from 'vitest'
import { algorithmIdentifier } from '../../../../../../steps/x509/model/algorithm.ts'
import type { CertificateList } from '../../../../../../steps/x509/model/certificate-list.ts'
import { enumerated, integer, nullValue, oid, sequence } from '../../../../../../steps/x509/model/der.ts'
import { encodeExtension, type Extension } from '../../../../../../steps/x509/model/extension.ts'
import { crlLints, lintCertificateList } from '../../../../../../steps/x509/model/lint/crl.ts'
import { extensionOids as oids } from '../../../../../../steps/x509/model/oids.ts'
import { day, makeCrl, makeKey, makeRoot } from '../hierarchy.ts'
import { extensionsWith, rebuiltCrl, type RawCrl, time } from './bad.ts'

const key = makeKey()
const crl = makeCrl(makeRoot(key), key)
const bad = (changes: Partial<RawCrl>) => (): CertificateList => rebuiltCrl(crl, key, changes)
const withExtension = (name: keyof typeof oids, replacement?: Omit<Extension, 'oid'>) => ({
  extensions: extensionsWith(crl, oids[name], replacement),
})
const entry = (at: string, ...extensions: Extension[]): Uint8Array =>
  sequence(integer(5), time(at), ...(extensions.length > 0 ? [sequence(...extensions.map(encodeExtension))] : []))
const reason = (code: number): Extension => ({ oid: oids.reasonCode, critical: false, value: enumerated(code) })
const ecdsaWithNull = sequence(oid('1.2.840.10045.4.3.2'), nullValue())
const [aki, number] = crl.extensions

/** A lint to a CRL in which it finds something. */
const examples: Readonly<Record<string, () => CertificateList>> = {
  e_crl_version_not_2: bad({ version: [] }),
  e_crl_has_next_update: bad({ times: [time('260201000000Z')] }),
  e_crl_next_update_not_after_this_update: bad({ times: [time('260201000000Z'), time('260201000000Z')] }),
  e_wrong_time_format_pre2050: bad({ list: [sequence(entry('20260101000000Z'))] }),
  e_utc_time_not_in_zulu: bad({ times: [time('260201000000+0100'), time('270201000000Z')] }),
  e_utc_time_does_not_include_seconds: bad({ times: [time('2602010000Z'), time('270201000000Z')] }),
  e_generalized_time_not_in_zulu: bad({ times: [time('260201000000Z'), time('20500201000000+0100')] }),
  e_generalized_time_does_not_include_seconds: bad({ times: [time('260201000000Z'), time('205002010000Z')] }),
  e_generalized_time_includes_fraction_seconds: bad({ times: [time('260201000000Z'), time('20500201000000.5Z')] }),
  e_crl_has_authority_key_identifier: bad(withExtension('authorityKeyIdentifier')),
  e_crl_authority_key_identifier_critical: bad(
    withExtension('authorityKeyIdentifier', { critical: true, value: aki?.value ?? nullValue() }),
  ),
  e_crl_missing_crl_number: bad(withExtension('crlNumber')),
  e_crl_number_critical: bad(withExtension('crlNumber', { critical: true, value: number?.value ?? nullValue() })),
  e_crl_number_out_of_range: bad(withExtension('crlNumber', { critical: false, value: integer(2n ** 159n) })),
  e_crl_revoked_certificates_field_must_not_be_empty: bad({ list: [sequence()] }),
  e_crl_valid_reason_codes: bad({ list: [sequence(entry('260101000000Z', reason(7)))] }),
  e_crl_revocation_time_after_this_update: bad({ list: [sequence(entry('260301000000Z'))] }),
  e_crl_duplicate_entry: bad({ list: [sequence(entry('260101000000Z'), entry('260102000000Z'))] }),
  e_crl_ext_invalid_der: bad(withExtension('crlNumber', { critical: false, value: nullValue() })),
  e_crl_ext_duplicate_extension: bad({ extensions: [...crl.extensions, ...crl.extensions].map(encodeExtension) }),
  e_crl_ext_unknown_critical: bad({
    list: [sequence(entry('260101000000Z', { oid: '1.2.3.4', critical: true, value: nullValue() }))],
  }),
  e_crl_sig_alg_not_match_tbs_sig_alg: bad({ outer: algorithmIdentifier('ecdsa-sha512') }),
  e_signature_algorithm_not_supported: () => ({
    ...crl,
    signatureAlgorithm: undefined,
    algorithmIdentifier: ecdsaWithNull,
  }),
}

describe('each rule for CRLs', () => {
  it('has an example that breaks it', () => {
    expect(Object.keys(examples).toSorted()).toEqual(crlLints.map(({ id }) => id).toSorted())
  })

  it.each(Object.entries(examples))('%s finds its example', (id, make) => {
    expect(lintCertificateList(make()).find((each) => each.id === id)).toMatchObject({ severity: 'error' })
  })
})

describe('a good CRL', () => {
  it('passes every rule, empty or not', () => {
    expect(lintCertificateList(crl)).toEqual([])
    const root = makeRoot(key)
    const revoked = [{ serial: '01', revokedAt: day(2026, 1, 2), reason: 'keyCompromise' as const }]
    expect(lintCertificateList(makeCrl(root, key, { revoked, nextUpdate: day(2051) }))).toEqual([])
  })

  it('is rebuilt part by part to the same CRL, so that an example breaks by its change alone', () => {
    expect(rebuiltCrl(crl, key, {}).tbs).toEqual(crl.tbs)
  })
})
