import { lockHolder } from '../../run/lock.ts'
import { renderStatus } from '../../render/render-status.ts'
import { glanceAtRuns, type RunSummary, summarizeRun } from '../../run/run-summary.ts'
import { journalPath, lookIntoStateFolder, type StateFolder } from '../../run/state-folder.ts'
import { chooseRun } from '../choose-run.ts'
import type { Command, Surroundings } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { followRun } from '../follow-run.ts'
import { optionalOperand } from '../operands.ts'
import type { Arguments } from '../parse-arguments.ts'
import { printResult } from '../print-result.ts'
import { quoteCommand } from '../quote.ts'
import { statePath, stateWords } from '../state-argument.ts'

/** `runbook status`: how far a run is. Needs no lock, no environment and no secret. */
export const status: Command = {
  name: 'status',
  summary: 'shows how far a run is; the only unfinished one when none is named, else the newest',
  operands: '[RUN]',
  example: 'runbook status --follow',
  options: ['follow', 'state'],
  async run(args, surroundings) {
    const { stdout, stderr } = surroundings
    const state = lookIntoStateFolder(statePath(args))
    const summary = (await chooseRun(state, optionalOperand(args))) ?? (await newest(state))
    if (summary === undefined) {
      if (args.flag('json')) printResult(stdout, exitCodes.done, { run: null })
      else stderr.write(`there is no run in ${state.path}\n`)
      return exitCodes.done
    }
    if (args.flag('follow')) return follow(args, state, summary.begun.run, surroundings)
    await show(args, state, summary, surroundings)
    return exitCodes.done
  },
}

async function show(args: Arguments, state: StateFolder, summary: RunSummary, { stdout }: Surroundings): Promise<void> {
  const holder = await lockHolder(state)
  const next = holder === undefined ? nextCommand(summary, args) : undefined
  if (args.flag('json'))
    printResult(stdout, exitCodes.done, { run: summary, holder: holder ?? null, next: next ?? null })
  else stdout.write(renderStatus({ summary, stateFolder: state.path, holder, next }, stdout.paint))
}

function nextCommand({ state, begun }: RunSummary, args: Arguments): string | undefined {
  if (state === 'unfinished') return quoteCommand(['runbook', 'resume', begun.run, ...stateWords(args)])
  return state === 'undoing' ? quoteCommand(['runbook', 'undo', begun.run, ...stateWords(args)]) : undefined
}

async function follow(
  args: Arguments,
  state: StateFolder,
  run: string,
  surroundings: Surroundings,
): Promise<typeof exitCodes.done> {
  const { stdout, stderr } = surroundings
  const json = args.flag('json')
  const holder = await lockHolder(state)
  const last = await followRun({
    path: journalPath(state, run),
    stdout,
    json,
    begin(summary) {
      if (!json)
        stdout.write(`${renderStatus({ summary, stateFolder: state.path, holder, next: undefined }, stdout.paint)}\n`)
      if (holder === undefined && summary.state === 'unfinished')
        stderr.write('nobody works on it now; what a resume does will be shown\n')
    },
  })
  if (json && last !== undefined) await show(args, state, last, surroundings)
  return exitCodes.done
}

/** Ids sort by time. */
async function newest(state: StateFolder): Promise<RunSummary | undefined> {
  const last = (await glanceAtRuns(state)).at(-1)
  return last === undefined ? undefined : summarizeRun(state, last.begun.run)
}
