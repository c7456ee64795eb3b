import { lockHolder } from '../../run/lock.ts'
import { renderStatus } from '../../render/render-status.ts'
import { type RunSummary, summarizeRuns } from '../../run/run-summary.ts'
import { lookIntoStateFolder, type StateFolder } from '../../run/state-folder.ts'
import { chooseRun } from '../choose-run.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { optionalOperand } from '../operands.ts'
import { printResult } from '../print-result.ts'
import { quoteCommand } from '../quote.ts'
import { statePath, stateWords } from '../state-argument.ts'

/** `runbook status`: how far a run is. Needs no lock, no environment and no secret. */
export const status: Command = {
  name: 'status',
  summary: 'shows how far a run is; the only unfinished one when none is named, else the newest',
  operands: '[RUN]',
  example: 'runbook status',
  options: ['state'],
  async run(args, { stdout, stderr }) {
    const state = lookIntoStateFolder(statePath(args))
    const summary = (await chooseRun(state, optionalOperand(args))) ?? (await newest(state))
    if (summary === undefined) {
      if (args.flag('json')) printResult(stdout, exitCodes.done, { run: null })
      else stderr.write(`there is no run in ${state.path}\n`)
      return exitCodes.done
    }
    const holder = await lockHolder(state)
    const resumable = summary.state === 'unfinished' && holder === undefined
    const next = resumable ? quoteCommand(['runbook', 'resume', summary.begun.run, ...stateWords(args)]) : undefined
    if (args.flag('json'))
      printResult(stdout, exitCodes.done, { run: summary, holder: holder ?? null, next: next ?? null })
    else stdout.write(renderStatus({ summary, stateFolder: state.path, holder, next }, stdout.paint))
    return exitCodes.done
  },
}

/** Ids sort by time. */
async function newest(state: StateFolder): Promise<RunSummary | undefined> {
  return (await summarizeRuns(state)).at(-1)
}
