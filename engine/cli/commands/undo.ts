import { addressArgument } from '../address-argument.ts'
import { suggest } from '../../diagnostics/suggest.ts'
import { takeBackRun } from '../../run/take-back-run.ts'
import { NeedsPerson } from '../../run/run-stop.ts'
import { type RunSummary, summarizeRun } from '../../run/run-summary.ts'
import { listRunIds, lookIntoStateFolder } from '../../run/state-folder.ts'
import { askToTakeBack } from '../ask-to-start.ts'
import { matchRunId } from '../choose-run.ts'
import type { Command } from '../command.ts'
import { openRun } from '../open-run.ts'
import { oneOperand } from '../operands.ts'
import { quoteCommand } from '../quote.ts'
import { runAtSite } from '../run-at-site.ts'
import { openState, statePath, stateWords } from '../state-argument.ts'
import { UsageError } from '../usage-error.ts'

/** `runbook undo`: takes back what a run made, newest first. */
export const undo: Command = {
  name: 'undo',
  summary:
    'takes back what a run made, newest first, as far as that goes; one that ended as well. It stops at a point of no return and at what cannot be taken back, says so, and ends the run; what destroys something is approved by people. `runbook plan --undo RUN` shows it before. A run that can go neither forward nor back ends by it: what could not be taken back may stay, by `runbook resolve`',
  operands: 'RUN',
  example: 'runbook undo 20261122-135012-k7m2q --to createUsers',
  options: [
    ...(['to', 'env', 'state', 'yes', 'wait', 'confirm', 'evidence'] as const),
    ...(['override-window', 'approve-all', 'credential-changed'] as const),
  ],
  async run(args, surroundings) {
    const look = lookIntoStateFolder(statePath(args))
    const runId = matchRunId(oneOperand(args, 'run'), await listRunIds(look), look)
    const run = await summarizeRun(look, runId)
    const site = await openRun(args, surroundings, look, run)
    const given = args.value('to')
    const to = given === undefined ? undefined : addressArgument(given)
    if (to !== undefined) refuseTo(to, run)
    if (run.state === 'closed')
      throw new NeedsPerson(
        'refused',
        `run \`${runId}\` stopped before anything was started: nothing is to be taken back`,
        {
          hint: `see why: \`${quoteCommand(['runbook', 'status', runId, ...stateWords(args)])}\``,
        },
      )
    await askToTakeBack(args, runId, site)
    const state = await openState(args)
    return runAtSite(args, surroundings, { state, ...site, start: (parts) => takeBackRun(runId, to, parts) })
  },
}

/** @throws {UsageError} when `--to` names nothing that the run came to */
export function refuseTo(to: string, { steps, begun }: RunSummary): void {
  const reached = steps.filter(({ state }) => state !== 'waiting' && state !== 'skipped')
  const names = new Set(reached.flatMap(({ id }) => [id, id.replace(/\[.*$/, '')]))
  if (names.has(to)) return
  throw new UsageError(
    `run \`${begun.run}\` did not come to \`${to}\``,
    suggest(to, names).hint ?? `name one of ${[...names].map((name) => `\`${name}\``).join(', ')}`,
  )
}
