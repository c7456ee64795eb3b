import type { Family } from '../step/family.ts'

/** What families say, as JSON: without functions, of which one is kept as `true`, because that it is there says something. */
export function familiesText(families: readonly Family[]): string {
  return JSON.stringify(families, (key, value: unknown) =>
    key === 'attendance' && typeof value === 'function' ? true : value,
  )
}
