import { cpuMsOf, median, type Ratio } from './bench.ts'

/** CPU time of `validate` against a runtime that does nothing. */
export function coldStart(cli: string, runbook: string): Ratio {
  const bare: number[] = []
  const validate: number[] = []
  for (let run = 0; run < 15; run += 1) {
    bare.push(cpuMsOf(process.execPath, ['-e', '0']))
    validate.push(cpuMsOf(process.execPath, [cli, 'validate', runbook]))
  }
  return {
    name: 'validate of portable-root against `node -e 0`, CPU time',
    ratio: median(validate) / median(bare),
    goal: 'at most 1.6',
    measured: `${median(validate).toFixed(0)} ms`,
    limit: `${median(bare).toFixed(0)} ms`,
  }
}
