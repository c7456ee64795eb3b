import { RefusedLogins } from '../environment/refused-logins.ts'
import { planUndo } from '../plan/plan-undo.ts'
import { renderUndoPlan } from '../render/render-undo-plan.ts'
import { summarizeRun } from '../run/run-summary.ts'
import { listRunIds, lookIntoStateFolder } from '../run/state-folder.ts'
import { matchRunId } from './choose-run.ts'
import { clockOf } from './clock-of.ts'
import type { Surroundings } from './command.ts'
import { CommandStopped } from './command-stopped.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { openRun } from './open-run.ts'
import type { Arguments } from './parse-arguments.ts'
import { printResult } from './print-result.ts'
import { quoteCommand } from './quote.ts'
import { statePath } from './state-argument.ts'
import { openTerminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'

/** `runbook plan --undo RUN`: what taking a run back would do, without doing it. */
export async function showUndoPlan(args: Arguments, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, words } = surroundings
  const [operand] = args.operands
  if (operand !== undefined) throw new UsageError(`\`${operand}\` is one too many: the run has its runbook`)
  for (const name of ['input', 'inputs', 'out'] as const) {
    if (args.flag(name)) throw new UsageError(`\`--${name}\` has no meaning with \`--undo\``)
  }
  const state = lookIntoStateFolder(statePath(args))
  const runId = matchRunId(args.value('undo') ?? '', await listRunIds(state), state)
  const site = await openRun(args, surroundings, state, await summarizeRun(state, runId))
  const terminal = openTerminal()
  const stop = new AbortController()
  const abort = (): void => stop.abort()
  process.once('SIGINT', abort).once('SIGTERM', abort)
  try {
    const clock = await clockOf(site.environment)
    const plan = await planUndo({
      ...{ state, runId, ...site, refusedLogins: new RefusedLogins(state.path) },
      ask: async (what) => terminal?.askHidden(`${what}: `, stop.signal),
      credentialChanged: args.values('credential-changed'),
      signal: stop.signal,
      now: () => clock.now(),
    })
    if (args.flag('json')) printResult(stdout, exitCodes.done, { undo: plan })
    else stdout.write(renderUndoPlan(plan, stdout.paint))
    return exitCodes.done
  } catch (error) {
    const { environment } = site
    throw new CommandStopped(error, { done: [], notDone: [], goOn: quoteCommand(words), environment })
  }
}
