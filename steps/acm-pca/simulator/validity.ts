import { ServiceError } from '../../aws/simulator/service.ts'
import type { ValueOf } from '../../aws/simulator/shapes.ts'
import type { validity } from './shapes.ts'

type Validity = ValueOf<typeof validity>

/** When a certificate ends that is issued at `issuedAt` (milliseconds, real clock). Relative times count from there. */
export function endOf({ Value, Type }: Validity, issuedAt: number): Date {
  const date = new Date(issuedAt)
  switch (Type) {
    case 'END_DATE':
      return calendarDate(Value)
    case 'ABSOLUTE':
      return validDate(new Date(Value * 1000), Value)
    case 'DAYS':
      date.setUTCDate(date.getUTCDate() + Value)
      return validDate(date, Value)
    case 'MONTHS':
      date.setUTCMonth(date.getUTCMonth() + Value)
      return validDate(date, Value)
    case 'YEARS':
      date.setUTCFullYear(date.getUTCFullYear() + Value)
      return validDate(date, Value)
  }
}

/** When it begins. @throws {ServiceError} `InvalidArgsException` when the type is a relative one */
export function beginningOf(wanted: Validity | undefined, issuedAt: number, notBeforeMs: number): Date {
  if (wanted === undefined) return new Date(issuedAt - notBeforeMs)
  if (wanted.Type !== 'ABSOLUTE' && wanted.Type !== 'END_DATE')
    throw invalid(`ValidityNotBefore must be of type ABSOLUTE, not ${wanted.Type}.`)
  return endOf(wanted, issuedAt)
}

/** `YYMMDDHHMMSS` as UTCTime reads it, or `YYYYMMDDHHMMSS`. Leading zeros of a number are lost on the wire. */
function calendarDate(value: number): Date {
  const digits = String(value)
  const padded = digits.length > 12 ? digits.padStart(14, '0') : digits.padStart(12, '0')
  const short = Number(padded.slice(0, 2))
  const full = padded.length === 14 ? padded : `${short >= 50 ? '19' : '20'}${padded}`
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(full) ?? []
  const date = validDate(new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`), value)
  if (date.getUTCDate() !== Number(day)) throw invalid(`${value} is not a date.`)
  return date
}

function validDate(date: Date, value: number): Date {
  const year = date.getUTCFullYear()
  if (Number.isNaN(date.getTime()) || year < 1950 || year > 9999) throw invalid(`${value} is not a date.`)
  return date
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidArgsException', message)
}
