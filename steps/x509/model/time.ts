import { tags, tlv } from './der.ts'
import type { DerValue } from './der-reader.ts'
import { asciiText } from './der-values.ts'
import { invalid } from './invalid.ts'

/** A time as a certificate or CRL carries it. */
export interface X509Time {
  readonly date: Date
  readonly format: 'utc' | 'generalized'
  /** As encoded, such as `260101000000Z`. */
  readonly text: string
}

/**
 * Encodes a date as RFC 5280 section 4.1.2.5 wants: UTCTime through 2049, GeneralizedTime from 2050, with seconds, in
 * Zulu, without fractions. Milliseconds are cut off.
 *
 * @throws {StepError} `invalid` outside the years 1950 to 9999
 */
export function encodeTime(date: Date): Uint8Array {
  const year = date.getUTCFullYear()
  if (!(year >= 1950 && year <= 9999))
    throw invalid(`\`${dateText(date)}\` cannot be a time in a certificate: years go from 1950 to 9999`)
  const digits = `${date.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`
  return year < 2050
    ? tlv(tags.utcTime, Buffer.from(digits.slice(2), 'latin1'))
    : tlv(tags.generalizedTime, Buffer.from(digits, 'latin1'))
}

/** The date without its milliseconds, which is what {@link encodeTime} encodes. */
export function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000)
}

/** `2026-01-01T00:00:00Z`: the form of every message and description. */
export function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'no date' : date.toISOString().replace(/\.\d{3}Z$/, 'Z')
}

/** True when the next field of a structure is a time. */
export const timeTags = [tags.utcTime, tags.generalizedTime] as const

const utcForm = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?()(Z|[+-]\d{4})$/
const generalizedForm = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})?(\d{2})?(?:[.,](\d+))?(Z|[+-]\d{4})$/

/**
 * Decodes a time. Forms that X.680 allows and RFC 5280 does not (no seconds, offsets, fractions) are read too, because
 * finding them is a lint's work.
 *
 * @throws {StepError} `invalid` when it is no time, or no date in the calendar
 */
export function decodeTime(value: DerValue, what: string): X509Time {
  const utc = value.tag === tags.utcTime
  if (!utc && value.tag !== tags.generalizedTime) throw invalid(`${what} is not a time`)
  const text = asciiText(value.content, what)
  const parts = (utc ? utcForm : generalizedForm).exec(text)
  if (parts === null) throw invalid(`${what} is not a time: \`${text}\``)
  const [, years = '', month = '', day = '', hour = '', minute = '00', second = '00', fraction = '', zone = ''] = parts
  const year = utc ? `${Number(years) >= 50 ? '19' : '20'}${years}` : years
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const local = new Date(`${written}Z`)
  if (Number.isNaN(local.getTime()) || !local.toISOString().startsWith(written))
    throw invalid(`${what} is no date in the calendar: \`${text}\``)
  const milliseconds = Number(`0.${fraction || '0'}`) * 1000
  return {
    date: new Date(local.getTime() + milliseconds - offsetMs(zone)),
    format: utc ? 'utc' : 'generalized',
    text,
  }
}

function offsetMs(zone: string): number {
  if (zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3))
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000
}
