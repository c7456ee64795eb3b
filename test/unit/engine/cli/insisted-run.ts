import type { Arguments } from '../../../../engine/cli/parse-arguments.ts'
import type { Output } from '../../../../engine/cli/output.ts'
import { runShown } from '../../../../engine/cli/run-shown.ts'

// A run that never comes to a safe point, whose output nobody takes, and whose journal takes for ever to read.

const never = new Promise<never>(() => {})
const stalled = (write: (text: string) => void): Output => ({
  ...{ write, color: false, paint: (text: string) => text, screen: undefined },
  flush: () => never,
})
const args = { flag: () => false, value: () => undefined, values: () => [], operands: [] } as unknown as Arguments // no more of it is asked
const surroundings = {
  stdout: stalled(() => {}),
  stderr: stalled((text) => void process.stderr.write(text)),
  ...{ families: () => never, described: () => never, words: [], program: ['node'] as const, toolVersion: '1.0.0' },
}
process.stdin.resume() // a run that waits for the world holds the process
await runShown(
  args,
  surroundings,
  (_progress, _error, how) =>
    how === 'atOnce' ? { done: ['1 first (made)'], notDone: [], goOn: 'runbook resume RUN' } : never,
  () => {
    process.stderr.write('begun\n')
    return never
  },
)
