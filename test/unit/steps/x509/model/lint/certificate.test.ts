import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { algorithmIdentifier } from '../../../../../../steps/x509/model/algorithm.ts'
import type { Certificate } from '../../../../../../steps/x509/model/certificate.ts'
import {
  bitString,
  booleanTrue,
  contextPrimitive,
  integer,
  nullValue,
  octetString,
  oid,
  printableString,
  sequence,
  setOf,
  tlv,
  utf8String,
} from '../../../../../../steps/x509/model/der.ts'
import {
  authorityInformationAccess,
  authorityKeyIdentifier,
  basicConstraints,
  certificatePolicies,
  crlDistributionPoints,
  encodeExtension,
  extendedKeyUsage,
  keyUsage,
} from '../../../../../../steps/x509/model/extension.ts'
import {
  certificateLints,
  type CertificateRole,
  lintCertificate,
} from '../../../../../../steps/x509/model/lint/certificate.ts'
import { extensionOids as oids } from '../../../../../../steps/x509/model/oids.ts'
import { day, makeCsr, makeEndEntity, makeKey, makeRoot, makeSubordinate, type TestKeyKind } from '../hierarchy.ts'
import { extensionsWith, type RawCertificate, rebuilt, time } from './bad.ts'

const key = makeKey()
const root = makeRoot(key)
const ca = makeSubordinate(root, key, makeCsr(makeKey()), { crlDistributionPoint: 'http://crl.example.com/root.crl' })
const leaf = makeEndEntity(root, key)

const badRoot = (changes: Partial<RawCertificate>) => (): [Certificate, CertificateRole] => [
  rebuilt(root, key, changes),
  'root',
]
const badCa = (changes: Partial<RawCertificate>) => (): [Certificate, CertificateRole] => [
  rebuilt(ca, key, changes),
  'subordinate',
]
const badLeaf = (changes: Partial<RawCertificate>) => (): [Certificate, CertificateRole] => [
  rebuilt(leaf, key, changes),
  'end-entity',
]
const withExtension = (name: keyof typeof oids, replacement?: { critical: boolean; value: Uint8Array }) => ({
  extensions: extensionsWith(root, oids[name], replacement),
})
const caExtension = (name: keyof typeof oids, replacement?: { critical: boolean; value: Uint8Array }) => ({
  extensions: extensionsWith(ca, oids[name], replacement),
})
const sha1WithRsa = sequence(oid('1.2.840.113549.1.1.5'), nullValue())
const rsa = (modulus: bigint, exponent: bigint): Uint8Array =>
  sequence(sequence(oid('1.2.840.113549.1.1.1'), nullValue()), bitString(sequence(integer(modulus), integer(exponent))))
const odd2048 = 2n ** 2047n + 1n
const country = (value: Uint8Array) => sequence(setOf(sequence(oid('2.5.4.6'), value)))
const ed25519 = Uint8Array.from(generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }))
const k256 = sequence(sequence(oid('1.2.840.10045.2.1'), oid('1.3.132.0.10')), bitString(new Uint8Array(65).fill(4)))
const ski = root.extensions[2]?.value ?? new Uint8Array()

/** A lint to a certificate in which it finds something. */
const examples: Readonly<Record<string, () => [Certificate, CertificateRole]>> = {
  e_invalid_certificate_version: badRoot({ version: [], extensions: [] }),
  e_cert_extensions_version_not_3: badRoot({ version: [] }),
  e_cert_contains_unique_identifier: badRoot({ uniqueIds: [contextPrimitive(1, Uint8Array.of(0, 1))] }),
  e_serial_number_not_positive: badRoot({ serial: integer(-(2n ** 100n)) }),
  e_serial_number_longer_than_20_octets: badRoot({ serial: integer(2n ** 159n) }),
  e_serial_number_low_entropy: badRoot({ serial: integer(2n ** 54n) }),
  e_issuer_field_empty: badRoot({ issuer: sequence() }),
  e_rfc_subject_country_not_printable_string: badRoot({ subject: country(utf8String('US')) }),
  e_subject_country_not_iso: badRoot({ subject: country(printableString('us')) }),
  e_cert_ext_invalid_der: badRoot(withExtension('keyUsage', { critical: true, value: nullValue() })),
  e_ext_duplicate_extension: badRoot({ extensions: [...root.extensions, ...root.extensions].map(encodeExtension) }),
  e_ext_cannot_be_empty_seq: badRoot(withExtension('crlDistributionPoints', { critical: false, value: sequence() })),
  e_ext_default_encoded: badRoot({
    extensions: [sequence(oid(oids.subjectKeyIdentifier), tlv(1, Uint8Array.of(0)), octetString(ski))],
  }),
  e_cert_sig_alg_not_match_tbs_sig_alg: badRoot({ outer: algorithmIdentifier('ecdsa-sha384') }),
  e_signature_algorithm_not_supported: badRoot({ algorithm: sha1WithRsa, outer: sha1WithRsa }),
  e_wrong_time_format_pre2050: badRoot({ times: [time('20260101000000Z'), time('460101000000Z')] }),
  e_utc_time_not_in_zulu: badRoot({ times: [time('260101000000+0000'), time('460101000000Z')] }),
  e_utc_time_does_not_include_seconds: badRoot({ times: [time('2601010000Z'), time('460101000000Z')] }),
  e_generalized_time_not_in_zulu: badRoot({ times: [time('260101000000Z'), time('20500101000000+0100')] }),
  e_generalized_time_does_not_include_seconds: badRoot({ times: [time('260101000000Z'), time('205001010000Z')] }),
  e_generalized_time_includes_fraction_seconds: badRoot({ times: [time('260101000000Z'), time('20500101000000.1Z')] }),
  e_validity_time_not_positive: badRoot({ times: [time('260101000000Z'), time('260101000000Z')] }),
  e_public_key_type_not_allowed: badRoot({ spki: ed25519 }),
  e_ec_improper_curves: badRoot({ spki: k256 }),
  e_rsa_mod_less_than_2048_bits: badRoot({ spki: rsa(2n ** 2046n + 1n, 65_537n) }),
  w_rsa_mod_not_odd: badRoot({ spki: rsa(odd2048 + 1n, 65_537n) }),
  e_rsa_public_exponent_is_odd: badRoot({ spki: rsa(odd2048, 65_538n) }),
  e_rsa_public_exponent_too_small: badRoot({ spki: rsa(odd2048, 1n) }),
  w_rsa_public_exponent_not_in_range: badRoot({ spki: rsa(odd2048, 3n) }),
  e_ext_subject_key_identifier_critical: badRoot(withExtension('subjectKeyIdentifier', { critical: true, value: ski })),
  e_ext_authority_key_identifier_critical: badCa(
    caExtension('authorityKeyIdentifier', { ...authorityKeyIdentifier(Uint8Array.of(1)), critical: true }),
  ),
  e_ext_authority_key_identifier_no_key_identifier: badCa(
    caExtension('authorityKeyIdentifier', { critical: false, value: sequence() }),
  ),
  w_ext_authority_key_identifier_names_issuer: badCa(
    caExtension('authorityKeyIdentifier', { critical: false, value: sequence(contextPrimitive(2, Uint8Array.of(1))) }),
  ),
  e_ext_aia_marked_critical: badCa(
    caExtension('authorityInformationAccess', {
      ...authorityInformationAccess({ ocsp: ['http://a'] }),
      critical: true,
    }),
  ),
  w_ext_crl_distribution_marked_critical: badCa(
    caExtension('crlDistributionPoints', { ...crlDistributionPoints(['http://a/a.crl']), critical: true }),
  ),
  w_ext_crl_distribution_not_http: badCa(
    caExtension('crlDistributionPoints', crlDistributionPoints(['https://a/a.crl'])),
  ),
  e_ext_freshest_crl_marked_critical: badCa(
    caExtension('freshestCrl', { ...crlDistributionPoints(['http://a/a.crl']), critical: true }),
  ),
  e_ext_unknown_critical: badRoot({
    extensions: [...root.extensions, { oid: '1.2.3.4', critical: true, value: nullValue() }].map(encodeExtension),
  }),
  e_ext_key_usage_without_bits: badRoot(withExtension('keyUsage', keyUsage([]))),
  w_ext_key_usage_not_critical: badRoot(withExtension('keyUsage', keyUsage(['keyCertSign', 'cRLSign'], false))),
  e_ext_key_usage_cert_sign_without_ca: badLeaf({ extensions: [encodeExtension(keyUsage(['keyCertSign']))] }),
  e_ecdsa_allowed_ku: badLeaf({ extensions: [encodeExtension(keyUsage(['keyEncipherment']))] }),
  e_path_len_constraint_improperly_included: badLeaf({
    extensions: extensionsWith(leaf, oids.basicConstraints, { critical: true, value: sequence(integer(1)) }),
  }),
  e_path_len_constraint_zero_or_less: badRoot(
    withExtension('basicConstraints', { critical: true, value: sequence(booleanTrue(), integer(-1)) }),
  ),
  e_ca_subject_field_empty: badCa({ subject: sequence() }),
  e_ca_is_ca: badRoot(withExtension('basicConstraints', basicConstraints({ ca: false }))),
  e_basic_constraints_not_critical: badRoot(withExtension('basicConstraints', basicConstraints({ ca: true }, false))),
  e_ca_key_usage_missing: badCa(caExtension('keyUsage')),
  e_ca_key_cert_sign_not_set: badCa(caExtension('keyUsage', keyUsage(['cRLSign']))),
  e_ca_crl_sign_not_set: badCa(caExtension('keyUsage', keyUsage(['keyCertSign']))),
  e_ext_subject_key_identifier_missing_ca: badCa(caExtension('subjectKeyIdentifier')),
  w_subject_key_identifier_not_method_1: badCa(
    caExtension('subjectKeyIdentifier', { critical: false, value: octetString(Uint8Array.of(1)) }),
  ),
  e_root_ca_not_self_issued: badRoot({ issuer: leaf.subject }),
  e_root_ca_signature_not_verified: badRoot({ spki: leaf.spki }),
  e_root_ca_key_usage_present: badRoot(withExtension('keyUsage')),
  e_root_ca_key_usage_must_be_critical: badRoot(withExtension('keyUsage', keyUsage(['keyCertSign', 'cRLSign'], false))),
  e_root_ca_extended_key_usage_present: badRoot(
    withExtension('extendedKeyUsage', extendedKeyUsage(['1.3.6.1.5.5.7.3.1'])),
  ),
  w_root_ca_contains_cert_policy: badRoot(
    withExtension('certificatePolicies', certificatePolicies([{ oid: '1.2.3' }])),
  ),
  w_root_ca_basic_constraints_path_len_constraint_field_present: () => [makeRoot(key, { pathLength: 2 }), 'root'],
  e_root_ca_authority_key_identifier_not_its_own: badRoot(
    withExtension('authorityKeyIdentifier', authorityKeyIdentifier(Uint8Array.of(1))),
  ),
  e_sub_ca_self_issued: badCa({ subject: ca.issuer }),
  e_ext_authority_key_identifier_missing: badCa(caExtension('authorityKeyIdentifier')),
  w_sub_ca_eku_critical: badCa(caExtension('extendedKeyUsage', extendedKeyUsage(['1.3.6.1.5.5.7.3.1'], true))),
}

describe('each rule for certificates', () => {
  it('has an example that breaks it', () => {
    const ids = new Set(Object.values(certificateLints).flatMap((lints) => lints.map(({ id }) => id)))
    expect(Object.keys(examples).toSorted()).toEqual([...ids].toSorted())
  })

  it.each(Object.entries(examples))('%s finds its example', (id, make) => {
    const [certificate, role] = make()
    const finding = lintCertificate(certificate, role).find((each) => each.id === id)
    expect(finding).toMatchObject({ severity: id.startsWith('e_') ? 'error' : 'warning' })
    expect(finding?.message).toMatch(/^\S.*[^.]$/)
  })

  it('is there once in each role', () => {
    for (const lints of Object.values(certificateLints))
      expect(new Set(lints.map(({ id }) => id)).size).toBe(lints.length)
  })
})

describe('the good profiles', () => {
  it.each<TestKeyKind>(['P-256', 'P-384', 'P-521', 'RSA'])('pass every rule with %s keys', (kind) => {
    const rootKey = makeKey(kind)
    const caKey = makeKey(kind)
    const anchor = makeRoot(rootKey, { notAfter: day(2056) })
    const subordinate = makeSubordinate(anchor, rootKey, makeCsr(caKey), { notAfter: day(2056) })
    expect(lintCertificate(anchor, 'root')).toEqual([])
    expect(lintCertificate(subordinate, 'subordinate')).toEqual([])
    expect(lintCertificate(makeEndEntity(subordinate, caKey), 'end-entity')).toEqual([])
  })

  it('are rebuilt part by part to the same certificate, so that an example breaks by its change alone', () => {
    expect(rebuilt(root, key, {}).tbs).toEqual(root.tbs)
    expect(rebuilt(ca, key, {}).tbs).toEqual(ca.tbs)
  })
})
