import { resumeRun } from '../../run/resume-run.ts'
import { lookIntoStateFolder } from '../../run/state-folder.ts'
import { chooseRun } from '../choose-run.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { openRun } from '../open-run.ts'
import { optionalOperand } from '../operands.ts'
import { printResult } from '../print-result.ts'
import { runAtSite } from '../run-at-site.ts'
import { openState, statePath } from '../state-argument.ts'
import { refuseUntil } from '../until-argument.ts'

/** `runbook resume`: goes on with a run from where its journal ends. */
export const resume: Command = {
  name: 'resume',
  summary:
    'goes on with a run that stopped, wherever it was, back where it is being taken back; the only unfinished one when none is named',
  operands: '[RUN]',
  example: 'runbook resume 20261122-135012-k7m2q',
  options: [
    ...(['env', 'state', 'yes', 'until', 'wait', 'confirm', 'evidence'] as const),
    ...(['override-window', 'approve-all', 'credential-changed'] as const),
  ],
  async run(args, surroundings) {
    const look = lookIntoStateFolder(statePath(args))
    const run = await chooseRun(look, optionalOperand(args))
    if (run === undefined) {
      if (args.flag('json')) printResult(surroundings.stdout, exitCodes.done, { run: null })
      else surroundings.stderr.write(`no run is unfinished in ${statePath(args)}\n`)
      return exitCodes.done
    }
    const site = await openRun(args, surroundings, look, run)
    refuseUntil(args, site.runbook)
    const state = await openState(args)
    return runAtSite(args, surroundings, { state, ...site, start: (parts) => resumeRun(run.begun.run, parts) })
  },
}
