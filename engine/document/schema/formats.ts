/** String formats of JSON Schema that are checked; a schema with another one is refused. */
export const formats: Readonly<Record<string, { readonly wants: string; test(text: string): boolean }>> = {
  'date-time': { wants: 'a time such as `2046-01-01T00:00:00Z`', test: isDateTime },
  date: {
    wants: 'a date such as `2046-01-01`',
    test: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && isDateTime(`${text}T00:00:00Z`),
  },
  uri: {
    wants: 'an address such as `https://pki.example/`',
    test: (text) => /^[a-z][a-z0-9+.-]*:[^\s]+$/i.test(text) && URL.canParse(text),
  },
  email: { wants: 'an e-mail address', test: (text) => /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text) },
  hostname: { wants: 'a host name', test: isHostname },
  ipv4: { wants: 'an IPv4 address', test: isIpv4 },
  uuid: { wants: 'a UUID', test: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) },
  regex: { wants: 'a regular expression', test: isRegex },
}

/** RFC 3339 section 5.6, with an offset; a day that exists. Leap seconds are not accepted. */
function isDateTime(text: string): boolean {
  const parts = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-](\d\d):(\d\d))$/.exec(text)
  if (parts === null) return false
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number)
  const daysInMonth = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth) return false
  return hour <= 23 && minute <= 59 && second <= 59 && Number(parts[9] ?? 0) <= 23 && Number(parts[10] ?? 0) <= 59
}

function isHostname(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label))
}

function isIpv4(text: string): boolean {
  return (
    /^(\d{1,3}\.){3}\d{1,3}$/.test(text) &&
    text.split('.').every((part) => Number(part) <= 255 && String(Number(part)) === part)
  )
}

function isRegex(text: string): boolean {
  try {
    return new RegExp(text, 'u').source !== ''
  } catch {
    return false
  }
}
