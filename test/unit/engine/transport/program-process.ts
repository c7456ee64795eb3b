import { killAllGroups } from '../../../../engine/transport/process-groups.ts'
import { runProgram } from '../../../../engine/transport/run-program.ts'

/** An engine with one running program, which ends in the way that its stdin names. */
const [folder = '', script = ''] = process.argv.slice(2)
process.stdin.once('data', (chunk: Buffer) => {
  if (chunk.toString() === 'exit') process.exit(0)
  killAllGroups()
  process.kill(process.pid, 'SIGKILL')
})
await runProgram(['sh', '-c', script], {
  folder,
  environment: { PATH: process.env['PATH'] ?? '', RUNBOOK_EFFECT: 'an.effect' },
  signal: new AbortController().signal,
})
