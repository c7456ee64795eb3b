import { once } from 'node:events'
import { join } from 'node:path'
import { checkFaults } from '../check-faults.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { openSource } from '../open-documents.ts'
import { statePath } from '../state-argument.ts'
import { UsageError } from '../usage-error.ts'

/** `runbook sandbox`: the simulators in a process of their own, until they are stopped. */
export const sandbox: Command = {
  name: 'sandbox',
  summary:
    'starts the simulators for these runbooks, or for those that DIR was made for, and runs until stopped; prints one JSON line when ready',
  operands: '[FILE...]',
  example: 'runbook sandbox --dir /tmp/world runbooks/portable-root.yaml',
  options: ['dir', 'fault', 'state', 'until-stdin-closes'],
  async run(args, { stdout, stderr, families, toolVersion }) {
    const faults = args.values('fault')
    await checkFaults(faults)
    for (const file of args.operands) await openSource(file)
    const dir = args.value('dir') ?? join(statePath(args), 'sandbox')
    const { runbooksOf } = await import('../../sandbox/sandbox-folder.ts')
    const files = args.operands.length > 0 ? args.operands : await runbooksOf(dir)
    if (files.length === 0)
      throw new UsageError(`there is no sandbox in \`${dir}\` yet`, 'name the runbooks that it is for')
    const stopped = untilStopped(args.flag('until-stdin-closes'))
    const { FaultPlan } = await import('../../sandbox/faults.ts')
    const { startSandbox } = await import('../../sandbox/start-sandbox.ts')
    const plan = new FaultPlan()
    for (const fault of faults) plan.add(fault)
    const running = await startSandbox({ dir, files, families: await families(), faults: plan, toolVersion })
    stdout.write(`${JSON.stringify({ dir: running.dir, environment: running.environmentPath, pid: process.pid })}\n`)
    stderr.write(`the sandbox runs; apply with \`--env ${running.environmentPath}\`, stop it with Ctrl-C\n`)
    await stopped
    await running.stop()
    return exitCodes.done
  },
}

/** Resolves at the first signal or, when asked for, when standard input ends. Also while the sandbox still starts. */
function untilStopped(untilStdinCloses: boolean): Promise<unknown> {
  const signals = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => once(process, signal))
  if (!untilStdinCloses) return Promise.race(signals)
  process.stdin.resume()
  // a reader that was killed shows as an error on some systems
  const closed = new Promise((resolve) =>
    process.stdin.once('end', resolve).once('close', resolve).once('error', resolve),
  )
  return Promise.race([...signals, closed])
}
