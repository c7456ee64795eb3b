import { execFileSync } from 'node:child_process'

/** One measured thing against its limit, measured in the same run. */
export interface Ratio {
  readonly name: string
  /** `measured / limit`. */
  readonly ratio: number
  /** At most (`cost`) or at least (`rate`). */
  readonly goal: string
  readonly measured: string
  readonly limit: string
}

/** The middle of the values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** User and system time of one child process, milliseconds. */
export function cpuMsOf(program: string, args: readonly string[]): number {
  // resource usage of children is only told by the shell's `times`; bash is what every CI has
  const output = execFileSync('bash', ['-c', '"$@" >/dev/null 2>&1; times', 'bash', program, ...args], {
    encoding: 'utf8',
  })
  const line = output.trim().split('\n').at(-1) ?? ''
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000,
    0,
  )
}
