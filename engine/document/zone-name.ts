import { nearest } from '../diagnostics/nearest.ts'

export interface ZoneMistake {
  readonly message: string
  readonly hint: string
}

/**
 * What is wrong with the name of a time zone; `undefined` when nothing is. Abbreviations such as `EST` and names such as
 * `Etc/GMT+5` are in the database, and are refused: the ones have no daylight saving time, the others the opposite sign.
 */
export function zoneMistake(name: string): ZoneMistake | undefined {
  if (name === 'UTC') return undefined
  if (/^[+-]|^(utc|gmt)[+-]|^etc\/gmt[+-]/i.test(name)) {
    const hint = 'write the name of a place such as `Europe/Berlin`, or `UTC`'
    return { message: `\`${name}\` is an offset, not a time zone`, hint }
  }
  const known = canonicalName(name)
  if (known !== undefined && name.includes('/')) {
    if (known === name || known.toLowerCase() !== name.toLowerCase()) return undefined // the latter is an older name of it
    return { message: `unknown time zone \`${name}\``, hint: `did you mean \`${known}\`?` }
  }
  const hint = meant(name)
  if (known === undefined) return { message: `unknown time zone \`${name}\``, hint }
  return { message: `\`${name}\` is an abbreviation, which says nothing of daylight saving time`, hint }
}

/** As the runtime spells it; it knows the names in any spelling. */
function canonicalName(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return undefined // a RangeError: it does not know the name
  }
}

function meant(name: string): string {
  const names = ['UTC', ...Intl.supportedValuesOf('timeZone')]
  const city = name.toLowerCase().replaceAll(' ', '_')
  const near = names.find((known) => known.toLowerCase().endsWith(`/${city}`)) ?? nearest(name, names)
  return near === undefined
    ? 'write the name of a place such as `Europe/Berlin`, or `UTC`'
    : `did you mean \`${near}\`?`
}
