/** How long a certificate is to be valid, as runbooks say it: one member, by the schema. */
export interface WantedValidity {
  readonly days?: number
  readonly months?: number
  readonly years?: number
  readonly notAfter?: string
}

/** Validity as the API wants it. An absolute time is cut to the second below. */
export function validityOf({ days, months, years, notAfter }: WantedValidity) {
  if (days !== undefined) return { Type: 'DAYS' as const, Value: days }
  if (months !== undefined) return { Type: 'MONTHS' as const, Value: months }
  if (years !== undefined) return { Type: 'YEARS' as const, Value: years }
  return { Type: 'ABSOLUTE' as const, Value: Math.floor(Date.parse(notAfter ?? '') / 1000) }
}
