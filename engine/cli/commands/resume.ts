import { join } from 'node:path'
import type { SourceFile } from '../../diagnostics/diagnostic.ts'
import { readSource } from '../../diagnostics/read-source.ts'
import { resumeRun } from '../../run/resume-run.ts'
import { NeedsPerson } from '../../run/run-stop.ts'
import type { RunSummary } from '../../run/run-summary.ts'
import { lookIntoStateFolder, runFolder } from '../../run/state-folder.ts'
import { chooseRun } from '../choose-run.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { optionalOperand } from '../operands.ts'
import { openEnvironment, openRunbook, openSource } from '../open-documents.ts'
import { printResult } from '../print-result.ts'
import { runAtSite } from '../run-at-site.ts'
import { openState, statePath } from '../state-argument.ts'

/** `runbook resume`: goes on with a run from where its journal ends. */
export const resume: Command = {
  name: 'resume',
  summary: 'goes on with a run that stopped, wherever it was; the only unfinished one when none is named',
  operands: '[RUN]',
  example: 'runbook resume 20261122-135012-k7m2q',
  options: [
    ...(['env', 'state', 'yes', 'until', 'wait', 'confirm', 'evidence'] as const),
    ...(['override-window', 'approve-all', 'credential-changed'] as const),
  ],
  async run(args, surroundings) {
    const run = await chooseRun(lookIntoStateFolder(statePath(args)), optionalOperand(args))
    if (run === undefined) {
      if (args.flag('json')) printResult(surroundings.stdout, exitCodes.done, { run: null })
      else surroundings.stderr.write(`no run is unfinished in ${statePath(args)}\n`)
      return exitCodes.done
    }
    const { begun } = run
    const families = await surroundings.families()
    const runbook = await openRunbook(await unchangedRunbook(run, statePath(args)), families)
    const environment = await openEnvironment(
      await openSource(args.value('env') ?? begun.environment.path),
      runbook,
      families,
    )
    const state = await openState(args)
    return runAtSite(args, surroundings, { state, runbook, environment, start: (parts) => resumeRun(begun.run, parts) })
  },
}

/** A runbook that changed is refused by its hash, before anything else about it is looked at. */
async function unchangedRunbook({ begun }: RunSummary, state: string): Promise<SourceFile> {
  const { path, sha256 } = begun.runbook
  const { source } = await readSource(path)
  if (source !== undefined && source.sha256 === sha256) return source
  const copy = join(runFolder({ path: state }, begun.run), 'runbook.yaml')
  const found = source === undefined ? 'cannot be read' : `changed: SHA-256 was ${sha256}, is ${source.sha256}`
  throw new NeedsPerson('changed', `runbook \`${path}\` of run \`${begun.run}\` ${found}`, {
    hint: `bring it back as it was: \`cp ${copy} ${path}\``,
  })
}
