import { bytesEqual } from '../bytes.ts'
import type { Certificate } from '../certificate.ts'
import { childrenOf, readDer } from '../der-reader.ts'
import { tags } from '../der.ts'
import { readName } from '../name-text.ts'
import { extensionOids, oidName } from '../oids.ts'
import { serialOctets } from '../serial.ts'
import type { X509Time } from '../time.ts'
import { type Lint, rule } from './lint.ts'

/** Rules on version, serial number, names, structure of extensions and signature algorithm, for any certificate. */
export const encodingLints: readonly Lint<Certificate>[] = [
  rule('e_invalid_certificate_version', 'certificate is not version 3', ({ version }) => version !== 3),
  rule(
    'e_cert_extensions_version_not_3',
    'extensions are there, but the version is not 3',
    ({ version, extensions }) => extensions.length > 0 && version !== 3,
  ),
  rule('e_cert_contains_unique_identifier', 'unique identifiers are there', (each) => each.uniqueIdentifiers),
  rule('e_serial_number_not_positive', 'serial number is not positive', ({ serial }) => serial <= 0n),
  {
    id: 'e_serial_number_longer_than_20_octets',
    look: ({ serial }) =>
      serialOctets(serial) > 20
        ? `serial number has ${serialOctets(serial)} octets, at most 20 are allowed`
        : undefined,
  },
  {
    id: 'e_serial_number_low_entropy',
    look: ({ serial }) =>
      serialOctets(serial) < 8
        ? `serial number has ${serialOctets(serial)} octets, at least 8 random ones are wanted`
        : undefined,
  },
  rule('e_issuer_field_empty', 'issuer is empty', ({ issuerText }) => issuerText === ''),
  rule('e_rfc_subject_country_not_printable_string', 'country of the subject is not a PrintableString', ({ subject }) =>
    countries(subject).some(({ tag }) => tag !== tags.printableString),
  ),
  rule('e_subject_country_not_iso', 'country of the subject is not two capital letters', ({ subject }) =>
    countries(subject).some(({ text }) => !/^[A-Z]{2}$/.test(text ?? '')),
  ),
  {
    id: 'e_cert_ext_invalid_der',
    look: ({ decoded: { undecodable } }) =>
      undecodable.length === 0 ? undefined : undecodable.map(({ oid, why }) => `${oidName(oid)}: ${why}`).join('; '),
  },
  {
    id: 'e_ext_duplicate_extension',
    look: ({ extensions }) => {
      const again = extensions.find(({ oid }, index) => extensions.findIndex((each) => each.oid === oid) !== index)
      return again === undefined ? undefined : `${oidName(again.oid)} is there more than once`
    },
  },
  {
    id: 'e_ext_cannot_be_empty_seq',
    look: ({ extensions }) => {
      const empty = extensions.find(
        ({ oid, value }) => oid !== extensionOids.basicConstraints && bytesEqual(value, Uint8Array.of(0x30, 0)),
      )
      return empty === undefined ? undefined : `${oidName(empty.oid)} is an empty sequence`
    },
  },
  rule('e_ext_default_encoded', 'an extension encodes `critical` FALSE, which is the default', ({ tbs }) =>
    encodesDefault(tbs),
  ),
  rule(
    'e_cert_sig_alg_not_match_tbs_sig_alg',
    'signature algorithm differs between inside and outside',
    (each) => !bytesEqual(each.algorithmIdentifier, each.outerAlgorithmIdentifier),
  ),
  rule(
    'e_signature_algorithm_not_supported',
    'signature algorithm is not ECDSA or RSA PKCS#1 v1.5 with SHA-256, SHA-384 or SHA-512, or its parameters are wrong',
    ({ signatureAlgorithm }) => signatureAlgorithm === undefined,
  ),
]

function countries(name: Uint8Array): { readonly tag: number; readonly text: string | undefined }[] {
  return readName(name)
    .flat()
    .filter(({ oid }) => oid === '2.5.4.6')
}

function encodesDefault(tbs: Uint8Array): boolean {
  const wrapped = childrenOf(readDer(tbs, 'certificate'), 'certificate').find(({ tag }) => tag === 0xa3)
  if (wrapped === undefined) return false
  return childrenOf(readDer(wrapped.content, 'extensions'), 'extensions').some((each) =>
    childrenOf(each, 'extension').some(({ tag, content }) => tag === tags.boolean && content[0] === 0),
  )
}

/** Rules on how one time is encoded, for certificates and CRLs alike. */
export function timeLints<Subject>(times: (subject: Subject) => readonly X509Time[]): Lint<Subject>[] {
  const broken = (id: Lint<Subject>['id'], message: string, test: (time: X509Time) => boolean): Lint<Subject> => ({
    id,
    look: (subject) => {
      const time = times(subject).find(test)
      return time === undefined ? undefined : `${message}: \`${time.text}\``
    },
  })
  return [
    broken('e_wrong_time_format_pre2050', 'GeneralizedTime before 2050', ({ format, date }) => {
      return format === 'generalized' && date.getUTCFullYear() < 2050
    }),
    broken('e_utc_time_not_in_zulu', 'UTCTime is not in Zulu', ({ format, text }) => {
      return format === 'utc' && !text.endsWith('Z')
    }),
    broken('e_utc_time_does_not_include_seconds', 'UTCTime has no seconds', ({ format, text }) => {
      return format === 'utc' && !/^\d{12}(?!\d)/.test(text)
    }),
    broken('e_generalized_time_not_in_zulu', 'GeneralizedTime is not in Zulu', ({ format, text }) => {
      return format === 'generalized' && !text.endsWith('Z')
    }),
    broken('e_generalized_time_does_not_include_seconds', 'GeneralizedTime has no seconds', ({ format, text }) => {
      return format === 'generalized' && !/^\d{14}(?!\d)/.test(text)
    }),
    broken('e_generalized_time_includes_fraction_seconds', 'GeneralizedTime has fractions', ({ format, text }) => {
      return format === 'generalized' && /[.,]/.test(text)
    }),
  ]
}
