import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { dateTime } from '../../engine/step/schema.ts'
import type { Signer } from '../../engine/step/capabilities.ts'
import { bytesEqual } from './model/bytes.ts'
import type { Certificate } from './model/certificate.ts'
import { spkiSha256 } from './model/digest.ts'
import { invalid } from './model/invalid.ts'
import { dateText } from './model/time.ts'

/** CKA_ID of the key that signs. */
export const signingKey = Type.String({
  description: 'CKA_ID of the private key that signs, lower-case hex: output `keyId` of `pkcs11.generate-key-pair`',
  pattern: '^([0-9a-f]{2})+$',
  'x-runbook-wants': 'lower-case hex of whole bytes',
})

export const notBeforeInput = Type.Optional(
  dateTime(
    'Begin of validity. Absent: the time at which the bytes are prepared, by the real clock also in a rehearsal',
  ),
)

export const notAfterInput = dateTime('End of validity')

export const distinguishedName = Type.String({
  description:
    'Distinguished name in RFC 4514 syntax, attributes in the order in which they are encoded: `C=US, O=Example Corp, CN=Example Root`',
  minLength: 1,
})

/** The date that a text says. @throws {StepError} `invalid` */
export function dateOf(text: string, what: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw invalid(`${what} is no date in the calendar: \`${text}\``)
  return date
}

/** The given date, or now by the real clock, to the second. */
export function dateOrNow(text: string | undefined, what: string): Date {
  return text === undefined ? new Date(Math.floor(Date.now() / 1000) * 1000) : dateOf(text, what)
}

/** Refuses dates that lie in the past, which are mistakes. @throws {StepError} `invalid` */
export function requireFuture(date: Date, what: string): void {
  if (date.getTime() <= Date.now()) throw invalid(`${what} \`${dateText(date)}\` is past`)
}

/** @throws {StepError} `conflict` when the key in the token is not the issuer's */
export function requireIssuerKey(signer: Signer, key: string, issuer: Certificate): void {
  if (bytesEqual(signer.publicKeySpki, issuer.spki)) return
  throw new StepError(
    'conflict',
    `key \`${key}\` of the token has public key SHA-256 \`${spkiSha256(signer.publicKeySpki)}\`, that of issuer \`${issuer.subjectText}\` is \`${issuer.spkiSha256}\``,
  )
}
