import { firstError } from '../../diagnostics/first-error.ts'
import { BindingError } from '../../environment/open-bindings.ts'
import { applyRunbook } from '../../run/apply-runbook.ts'
import type { RunEvent } from '../../run/events.ts'
import type { RunHost } from '../../run/host.ts'
import { resumeRun } from '../../run/resume-run.ts'
import type { RunParts } from '../../run/run-parts.ts'
import { NeedsPerson } from '../../run/run-stop.ts'
import { summarizeRuns } from '../../run/run-summary.ts'
import { Stop } from '../../run/stop.ts'
import { StepError } from '../../step/errors.ts'
import { approveAll } from '../approve-all.ts'
import { sandboxClock } from '../sandbox-clock.ts'
import type { ExploredWorld, ProgramParts } from './explored-world.ts'

/** How a run ended, and everything that was said on the way. */
export interface Ending {
  readonly how: 'done' | 'in-doubt' | 'stopped'
  /** What stopped each process but the last, and the last as well unless it is done. */
  readonly stops: readonly string[]
  /** Where it is in doubt. */
  readonly step: string | undefined
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
  for (let process = 0; ; process += 1) {
    const stop = new Stop()
    going.onStop?.(stop)
    try {
      await oneProcess(world, parts, stop, mended, emit, process === 0 ? going.aroundHost : undefined)
      return { how: 'done', stops, step: undefined, error: undefined, numbers, said: said.join('\n') }
    } catch (thrown) {
      const error = firstError(thrown)
      stops.push(textOf(error))
      said.push(textOf(error))
      const doubt = error instanceof NeedsPerson && error.reason === 'in-doubt'
      // a look that failed may work in the next process, which settles a doubt without anybody
      if (process + 1 >= going.processes)
        return doubt
          ? { how: 'in-doubt', stops, step: error.step?.id, error, numbers, said: said.join('\n') }
          : { how: 'stopped', stops, step: undefined, error, numbers, said: said.join('\n') }
      mended = error instanceof BindingError && error.error.code === 'authentication' ? [error.binding] : []
    }
  }
}

async function oneProcess(
  { state, environment, rehearsable: { runbook } }: ExploredWorld,
  { toolVersion }: ProgramParts,
  stop: Stop,
  credentialChanged: readonly string[],
  emit: (event: RunEvent) => void,
  aroundHost: GoingOn['aroundHost'],
): Promise<void> {
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
  const unfinished = runs.find((run) => run.state === 'unfinished')
  if (unfinished !== undefined) await resumeRun(unfinished.begun.run, parts)
  else if (!runs.some((run) => run.state === 'done'))
    await applyRunbook({ ...parts, inputs: environment.inputs.get(runbook.name) ?? {}, plan: null })
}

/** What went wrong first: closing what was open may have failed as well. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const hint = StepError.is(error) || error instanceof NeedsPerson ? error.hint : undefined
  return hint === undefined ? error.message : `${error.message} (${hint})`
}
