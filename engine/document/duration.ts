/** Milliseconds of `30s`, `5m`, `2h` or `1d`; `undefined` for another text. */
export function durationMs(text: string): number | undefined {
  const [, number, unit] = /^([1-9][0-9]*)(s|m|h|d)$/.exec(text) ?? []
  return number === undefined || unit === undefined ? undefined : Number(number) * (unitMs[unit] ?? 0)
}

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
