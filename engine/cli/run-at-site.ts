import type { Environment, InputValues } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import { BindingError } from '../environment/open-bindings.ts'
import { renderEnding } from '../render/render-ending.ts'
import { renderOutputs } from '../render/render-outputs.ts'
import type { RunProgress } from '../render/run-progress.ts'
import { DoesNotHold } from '../run/does-not-hold.ts'
import { readExceptions } from '../run/exceptions-made.ts'
import type { RunDone, RunParts } from '../run/run-parts.ts'
import { NeedsPerson, StepFailed } from '../run/run-stop.ts'
import { summarizeRun, summarizeRuns } from '../run/run-summary.ts'
import { journalPath, type StateFolder } from '../run/state-folder.ts'
import { StepError } from '../step/errors.ts'
import { choosePeople } from './people/choose-people.ts'
import { clockOf } from './clock-of.ts'
import type { Surroundings } from './command.ts'
import type { Standing } from './command-stopped.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { Arguments } from './parse-arguments.ts'
import { printResult } from './print-result.ts'
import { quoteCommand } from './quote.ts'
import { runShown } from './run-shown.ts'
import { envWords, stateWords } from './state-argument.ts'
import { openTerminal } from './terminal.ts'

export interface RunAtSite {
  readonly state: StateFolder
  readonly runbook: Runbook
  readonly environment: Environment
  /** Those of a plan that is applied. */
  readonly inputs?: InputValues
  readonly start: (parts: RunParts) => Promise<RunDone>
}

/** What `apply` and `resume` share: clock, people, progress, signals, and what is printed at the end. */
export async function runAtSite(args: Arguments, surroundings: Surroundings, site: RunAtSite): Promise<ExitCode> {
  const { state, runbook, environment } = site
  const terminal = openTerminal()
  const standing = (progress: RunProgress, error: unknown, how: 'atOnce' | 'inTime'): Promise<Standing> | Standing =>
    how === 'atOnce'
      ? standingAtOnce(progress, args, surroundings, site)
      : standingOf(progress, error, args, surroundings, site)
  const done = await runShown(args, surroundings, standing, async ({ stop, emit }) =>
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
      beginOutsideWindow: args.flag('override-window'),
      stop,
      ask: async (what) => terminal?.askHidden(`${what}: `, stop.requested),
      emit,
      credentialChanged: args.values('credential-changed'),
      toolVersion: surroundings.toolVersion,
    }),
  )
  return tell(args, surroundings, site, done)
}

/** Everything done by the rules has outputs and nothing else to say. */
async function tell(
  args: Arguments,
  { stdout, words }: Surroundings,
  { state }: RunAtSite,
  done: RunDone,
): Promise<ExitCode> {
  const { runId, outcome, outputs, failures, undone, head } = done
  const exitCode = exitCodeOfEnd(done)
  const { steps } = await summarizeRun(state, runId)
  const exceptions = await readExceptions(journalPath(state, runId))
  const goOn = outcome === 'paused' ? quoteCommand(['runbook', ...again(done), ...siteWords(args, words)]) : undefined
  if (args.flag('json'))
    printResult(stdout, exitCode, {
      ...{ run: runId, outcome, outputs, failures, exceptions },
      ...(undone === undefined ? {} : { undone }),
      ...(goOn === undefined ? {} : { goOn }),
      head,
    })
  else {
    stdout.write(renderOutputs(outputs, stdout.screen?.columns))
    const until = args.value('until')
    stdout.write(renderEnding({ done, steps, exceptions, until, to: args.value('to'), goOn }, stdout.paint))
  }
  return exitCode
}

function again({ runId, undone }: RunDone): readonly string[] {
  return [undone === undefined ? 'resume' : 'undo', runId]
}

/** Going back because a step failed is a failure; because a person said so, it is what was wanted. */
function exitCodeOfEnd({ outcome, undone }: RunDone): ExitCode {
  switch (outcome) {
    case 'done':
    case 'paused':
      return exitCodes.done
    case 'failed':
      return exitCodes.failed
    case 'undone':
      return undone?.automatic === true ? exitCodes.failed : exitCodes.done
  }
}

/** As the events alone tell. */
function standingAtOnce(
  progress: RunProgress,
  args: Arguments,
  { words }: Surroundings,
  { environment }: RunAtSite,
): Standing {
  const { runId } = progress
  const base = { done: progress.done(), notDone: progress.notDone(), runId, environment }
  if (runId === undefined) return { ...base, done: ['nothing, by this command'], goOn: quoteCommand(words) }
  if (words[1] === 'undo') return { ...base, goOn: quoteCommand(words) } // it may not have begun to go back
  return { ...base, goOn: quoteCommand(['runbook', 'resume', runId, ...siteWords(args, words)]) }
}

/** The binding one of whose credentials was refused, at a login on the way. */
function refusedBinding(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (StepError.is(cause) && cause.code === 'authentication' && typeof cause.facts['binding'] === 'string')
      return cause.facts['binding']
  return undefined
}

async function standingOf(
  progress: RunProgress,
  error: unknown,
  args: Arguments,
  { words }: Surroundings,
  { state, runbook, environment, inputs }: RunAtSite,
): Promise<Standing> {
  const { runId } = progress
  const base = { done: progress.done(), notDone: progress.notDone(), runId, environment }
  const progressed = runId === undefined ? undefined : (await summarizeRun(state, runId)).state
  if (runId !== undefined && progressed === 'undoing' && error instanceof NeedsPerson && error.reason === 'refused')
    return { ...base, goOn: quoteCommand(['runbook', 'undo', runId, ...siteWords(args, words)]) }
  if (runId !== undefined && (progressed === 'unfinished' || progressed === 'undoing')) {
    const asked = error instanceof NeedsPerson && (error.reason === 'approval' || error.reason === 'confirmation')
    const approving = asked && environment.kind === 'sandbox' && openTerminal() === undefined ? ['--approve-all'] : []
    // it would find the same again: a run keeps what it read
    const isVain = error instanceof StepFailed && error.error instanceof DoesNotHold
    const binding = refusedBinding(error)
    const mended = binding === undefined ? [] : ['--credential-changed', binding]
    const more = [...siteWords(args, words), ...approving, ...mended]
    return { ...base, goOn: quoteCommand(['runbook', isVain ? 'undo' : 'resume', runId, ...more]) }
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
        ...inputWords(args, inputs),
        ...stateWords(args),
      ]),
    }
  if (error instanceof NeedsPerson && (error.reason === 'refused' || error.reason === 'locked'))
    return { ...before, goOn: quoteCommand(['runbook', ...(await instead(state, runbook)), ...stateWords(args)]) }
  return { ...before, goOn: quoteCommand(words) }
}

/** Where a command that goes on finds the run and its environment; the one that it began with is in its journal. */
function siteWords(args: Arguments, words: readonly string[]): readonly string[] {
  return [...(words[1] === 'apply' ? [] : envWords(args)), ...stateWords(args)]
}

/** The inputs as they were given; those of a plan stand in it. */
function inputWords(args: Arguments, inputs: InputValues | undefined): readonly string[] {
  const given = (['input', 'inputs'] as const).flatMap((name) =>
    args.values(name).flatMap((value) => [`--${name}`, value]),
  )
  if (given.length > 0) return given
  return Object.entries(inputs ?? {}).flatMap(([name, value]) => [
    '--input',
    `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  ])
}

/** What to do instead of a run that may not begin. */
async function instead(state: StateFolder, { name }: Runbook): Promise<readonly string[]> {
  const runs = (await summarizeRuns(state)).filter(({ begun }) => begun.runbook.name === name)
  const unfinished = runs.findLast((run) => run.state === 'unfinished' || run.state === 'undoing')
  if (unfinished !== undefined) return [unfinished.state === 'undoing' ? 'undo' : 'resume', unfinished.begun.run]
  const done = runs.findLast((run) => run.state === 'done')
  return done === undefined ? ['status'] : ['status', done.begun.run]
}
