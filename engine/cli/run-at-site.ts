import type { Environment } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import { BindingError } from '../environment/open-bindings.ts'
import { renderOutputs } from '../render/render-outputs.ts'
import type { RunProgress } from '../render/run-progress.ts'
import type { RunDone, RunParts } from '../run/run-parts.ts'
import { NeedsPerson } from '../run/run-stop.ts'
import { summarizeRun, summarizeRuns } from '../run/run-summary.ts'
import type { StateFolder } from '../run/state-folder.ts'
import { choosePeople } from './people/choose-people.ts'
import { clockOf } from './clock-of.ts'
import type { Surroundings } from './command.ts'
import type { Standing } from './command-stopped.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { Arguments } from './parse-arguments.ts'
import { printResult } from './print-result.ts'
import { quoteCommand } from './quote.ts'
import { runShown } from './run-shown.ts'
import { stateWords } from './state-argument.ts'
import { openTerminal } from './terminal.ts'

export interface RunAtSite {
  readonly state: StateFolder
  readonly runbook: Runbook
  readonly environment: Environment
  readonly start: (parts: RunParts) => Promise<RunDone>
}

/** What `apply` and `resume` share: clock, people, progress, signals, and what is printed at the end. */
export async function runAtSite(args: Arguments, surroundings: Surroundings, site: RunAtSite): Promise<ExitCode> {
  const { stdout } = surroundings
  const { state, runbook, environment } = site
  const terminal = openTerminal()
  const standing = (progress: RunProgress, error: unknown): Promise<Standing> =>
    standingOf(progress, error, args, surroundings, site)
  const { runId, outputs, head } = await runShown(args, surroundings, standing, async ({ stop, emit }) =>
    site.start({
      state,
      runbook,
      environment,
      clock: await clockOf(environment),
      people: await choosePeople({
        ...{ args, runbook, environment, state, terminal },
        say: (text) => surroundings.stderr.write(text),
      }),
      until: args.value('until'),
      stop,
      ask: async (what) => terminal?.askHidden(`${what}: `, stop.requested),
      emit,
      credentialChanged: args.values('credential-changed'),
      toolVersion: surroundings.toolVersion,
    }),
  )
  if (args.flag('json')) printResult(stdout, exitCodes.done, { run: runId, outputs, head })
  else stdout.write(renderOutputs(outputs))
  return exitCodes.done
}

async function standingOf(
  progress: RunProgress,
  error: unknown,
  args: Arguments,
  { words }: Surroundings,
  { state, runbook, environment }: RunAtSite,
): Promise<Standing> {
  const { runId } = progress
  const base = { done: progress.done(), notDone: progress.notDone(), runId, environment }
  if (runId !== undefined && (await summarizeRun(state, runId)).state === 'unfinished') {
    const asked = error instanceof NeedsPerson && (error.reason === 'approval' || error.reason === 'confirmation')
    const approving = asked && environment.kind === 'sandbox' && openTerminal() === undefined ? ['--approve-all'] : []
    return { ...base, goOn: quoteCommand(['runbook', 'resume', runId, ...stateWords(args), ...approving]) }
  }
  // it got nowhere: what earlier commands did is not for this one to deny
  const before = runId === undefined ? { ...base, done: ['nothing, by this command'] } : base
  if (error instanceof BindingError && error.error.code === 'authentication' && !words.includes(error.binding))
    return { ...before, goOn: quoteCommand([...words, '--credential-changed', error.binding]) }
  if (error instanceof NeedsPerson && error.reason === 'stale-plan')
    return {
      ...before,
      goOn: quoteCommand([
        'runbook',
        'plan',
        runbook.source.path,
        '--env',
        environment.source.path,
        ...stateWords(args),
      ]),
    }
  if (error instanceof NeedsPerson && (error.reason === 'refused' || error.reason === 'locked'))
    return { ...before, goOn: quoteCommand(['runbook', ...(await instead(state, runbook)), ...stateWords(args)]) }
  return { ...before, goOn: quoteCommand(words) }
}

/** What to do instead of a run that may not begin. */
async function instead(state: StateFolder, { name }: Runbook): Promise<readonly string[]> {
  const runs = (await summarizeRuns(state)).filter(({ begun }) => begun.runbook.name === name)
  const unfinished = runs.findLast((run) => run.state === 'unfinished')
  if (unfinished !== undefined) return ['resume', unfinished.begun.run]
  const done = runs.findLast((run) => run.state === 'done')
  return done === undefined ? ['status'] : ['status', done.begun.run]
}
