/**
 * An instant as an operator reads it, in whole minutes: `2026-11-29 04:00 Europe/Berlin (03:00 UTC)`. The day in UTC is
 * added where it is another one.
 *
 * @param ms since the epoch
 * @param zone a name that the environment's grammar takes
 */
export function renderInstant(ms: number, zone: string): string {
  const here = localParts(ms, zone)
  const text = `${here.date} ${here.time} ${zone}`
  if (zone === 'UTC') return text
  const utc = localParts(ms, 'UTC')
  return `${text} (${utc.date === here.date ? '' : `${utc.date} `}${utc.time} UTC)`
}

function localParts(ms: number, zone: string): { readonly date: string; readonly time: string } {
  const parts = new Map(
    formatterOf(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value] as const),
  )
  const [year, month, day, hour, minute] = (['year', 'month', 'day', 'hour', 'minute'] as const).map(
    (type) => parts.get(type) ?? '',
  )
  return { date: `${year}-${month}-${day}`, time: `${hour}:${minute}` }
}

/** Making one takes longer than using it a hundred times. */
function formatterOf(zone: string): Intl.DateTimeFormat {
  const made = formatters.get(zone)
  if (made !== undefined) return made
  const two = '2-digit'
  const parts = { year: 'numeric', month: two, day: two, hour: two, minute: two, hourCycle: 'h23' } as const
  const formatter = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', { ...parts, timeZone: zone })
  formatters.set(zone, formatter)
  return formatter
}

const formatters = new Map<string, Intl.DateTimeFormat>()
