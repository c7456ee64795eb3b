import type { Finding } from './finding.ts'

/** Client software older than AWS supports, or than a migration needs. */
export function clientFinding(name: string, version: string, wanted: string): Finding {
  const isOld = compare(numbersOf(version), numbersOf(wanted)) < 0
  return {
    area: 'client',
    item: name,
    found: version,
    wanted: `${wanted} or newer`,
    verdict: numbersOf(version).length === 0 || isOld ? 'bad' : 'good',
  }
}

/** `5.17.0` in any text that a program says of itself; what is behind the numbers does not count. */
function numbersOf(version: string): number[] {
  const [found = ''] = /\d+(\.\d+)+/.exec(version) ?? []
  return found === '' ? [] : found.split('.').map(Number)
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
