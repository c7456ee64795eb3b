import { firstError } from '../../diagnostics/first-error.ts'
import { BindingError } from '../../environment/open-bindings.ts'
import { applyRunbook } from '../../run/apply-runbook.ts'
import type { RunEvent } from '../../run/events.ts'
import type { RunHost } from '../../run/host.ts'
import { resumeRun } from '../../run/resume-run.ts'
import type { RunDone, RunParts } from '../../run/run-parts.ts'
import { NeedsPerson } from '../../run/run-stop.ts'
import { summarizeRuns } from '../../run/run-summary.ts'
import { Stop } from '../../run/stop.ts'
import { StepError } from '../../step/errors.ts'
import { approveAll } from '../approve-all.ts'
import { advanceClock, readClock } from '../control-client.ts'
import { rehearsedInputs } from '../rehearsed-inputs.ts'
import { sandboxClock } from '../sandbox-clock.ts'
import type { Verdict } from './exploration.ts'
import type { ExploredWorld, ProgramParts } from './explored-world.ts'

/** How a run ended, and everything that was said on the way. */
export interface Ending {
  readonly how: Verdict['how']
  /** What stopped each process but the last, and the last as well unless it is done. */
  readonly stops: readonly string[]
  /** Where it is in doubt, or a person is needed. */
  readonly step: string | undefined
  /** A run on the way was taken back, and another one begun. */
  readonly takenBack: boolean
  /** What stopped the last process. */
  readonly error: unknown
  /** Of the steps, by id. */
  readonly numbers: ReadonlyMap<string, string>
  /** Events and errors, as text. */
  readonly said: string
}

export interface GoingOn {
  /** How many processes may work on it, one after the other. */
  readonly processes: number
  /** How long it is until somebody comes and starts the next one, by the sandbox's clock; milliseconds. Absent: at once. */
  readonly downMs?: number
  /** Puts something around the host of the first process. */
  readonly aroundHost?: ((host: RunHost) => RunHost) | undefined
  /** Given the stop of each process as it begins. */
  readonly onStop?: ((stop: Stop) => void) | undefined
}

/**
 * Does what an operator does who finds a state folder: resumes the unfinished run, or begins when there is none, and again when that
 * stops. A credential that was refused is said to be mended.
 */
export async function goOn(world: ExploredWorld, parts: ProgramParts, going: GoingOn): Promise<Ending> {
  const said: string[] = []
  const stops: string[] = []
  const numbers = new Map<string, string>()
  const emit = (event: RunEvent): void => {
    said.push(JSON.stringify(event))
    if (event.type === 'run-started') for (const { id, number } of event.steps) numbers.set(id, number)
  }
  let mended: readonly string[] = []
  let takenBack = false
  const ending = (how: Ending['how'], error?: unknown): Ending => {
    const step = error instanceof NeedsPerson ? error.step?.id : undefined
    return { how, stops, step, takenBack, error, numbers, said: said.join('\n') }
  }
  for (let process = 0; ; process += 1) {
    const stop = new Stop()
    going.onStop?.(stop)
    try {
      const outcome = await oneProcess(world, parts, stop, mended, emit, process === 0 ? going.aroundHost : undefined)
      if (outcome === undefined || outcome === 'done') return ending('done')
      takenBack ||= outcome === 'undone'
      throw new RunEndedOtherwise(outcome)
    } catch (thrown) {
      const error = firstError(thrown)
      stops.push(textOf(error))
      said.push(textOf(error))
      // a look that failed may work in the next process, which settles a doubt without anybody
      if (process + 1 >= going.processes) return ending(howStopped(error), error)
      mended = error instanceof BindingError && error.error.code === 'authentication' ? [error.binding] : []
      const { sandbox } = world.environment
      if (going.downMs !== undefined) await advanceClock(sandbox, (await readClock(sandbox)) + going.downMs)
    }
  }
}

/** A run that came to its end, which is not the one that was wanted: whoever operates it begins anew, where that may be. */
class RunEndedOtherwise extends Error {
  constructor(outcome: RunDone['outcome']) {
    super(`the run ended: ${outcome}`)
    this.name = 'RunEndedOtherwise'
  }
}

function howStopped(error: unknown): Ending['how'] {
  if (!(error instanceof NeedsPerson)) return 'stopped'
  if (error.reason === 'in-doubt') return 'in-doubt'
  return error.reason === 'conflict' ? 'person' : 'stopped'
}

/** @returns `undefined`: it was done before */
async function oneProcess(
  { state, environment, rehearsable: { runbook } }: ExploredWorld,
  { toolVersion }: ProgramParts,
  stop: Stop,
  credentialChanged: readonly string[],
  emit: (event: RunEvent) => void,
  aroundHost: GoingOn['aroundHost'],
): Promise<RunDone['outcome'] | undefined> {
  const parts: RunParts = {
    state,
    runbook,
    environment,
    clock: await sandboxClock(environment.sandbox),
    people: await approveAll(environment, runbook),
    stop,
    ask: () => Promise.resolve(undefined),
    emit,
    credentialChanged,
    toolVersion,
    ...(aroundHost === undefined ? {} : { aroundHost }),
  }
  const runs = await summarizeRuns(state)
  const unfinished = runs.find((run) => run.state === 'unfinished' || run.state === 'undoing')
  if (unfinished !== undefined) return (await resumeRun(unfinished.begun.run, parts)).outcome
  if (runs.some((run) => run.state === 'done')) return undefined
  const inputs = await rehearsedInputs(runbook, environment)
  return (await applyRunbook({ ...parts, inputs, plan: null })).outcome
}

/** What went wrong first: closing what was open may have failed as well. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const hint = StepError.is(error) || error instanceof NeedsPerson ? error.hint : undefined
  return hint === undefined ? error.message : `${error.message} (${hint})`
}
