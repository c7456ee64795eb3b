import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Interrupted } from '../../run/run-stop.ts'
import type { Stop } from '../../run/stop.ts'
import { worldFaultNames } from '../../step/simulator.ts'
import { FaultPlan, type Injection } from '../faults.ts'
import { endState } from './end-state.ts'
import { type Exploration, type Explored, isClean, stepName, undisturbedLeak } from './exploration.ts'
import { openWorld } from './explored-world.ts'
import type { ExplorationParts } from './explore-crashes.ts'
import { goOn } from './go-on.ts'
import { sampleOf } from './sample.ts'
import { plantCredentials } from './secrets.ts'
import { type Snapshot, takeSnapshot } from './snapshot.ts'
import { type Ground, keepWorld, leaksOf, removeUnlessKept, type Trial, tryOut } from './try-out.ts'
import { stepOf, watchHost } from './watch-host.ts'

/** A stretch of the run: from before the first look of a step to before that of the next one. */
interface Stretch {
  /** `undefined`: from the beginning, while bindings are opened. */
  readonly step: string | undefined
  /** The disk at its beginning. */
  readonly snapshot: Snapshot
  /** Calls before it, by `SERVICE.OPERATION`. */
  readonly before: ReadonlyMap<string, number>
}

/** One fault in one call. */
interface FaultCase {
  readonly stretch: Stretch
  readonly injection: Injection
  /** As `runbook rehearse --fault` takes it. */
  readonly text: string
}

/** How many processes an operator starts before somebody else is called. */
const mostProcesses = 4

/**
 * Has each fault that can be injected in each call that a rehearsal makes of a simulator or a token, one at a time, and resumes
 * where the run stops. It goes on from the disk as it was when the step of the call began.
 *
 * @throws what an undisturbed run throws
 */
export async function exploreFaults(parts: ExplorationParts): Promise<Exploration> {
  const { folder, sample, seed, signal, progress } = parts
  const begunAt = performance.now()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  using planted = plantCredentials()
  const { cases, undisturbed, world, runbook, numbers, leaked } = await runCounted(parts, planted.secrets)
  const ground: Ground = { ...parts, world, undisturbed, planted: planted.secrets }
  const tried = leaked.length > 0 ? [] : sample === undefined ? cases : sampleOf(cases, sample, seed, kindOf)
  const explored: Explored[] = leaked.length > 0 ? [undisturbedLeak(leaked, keepWorld(ground, 'undisturbed'))] : []
  for (const { stretch, injection, text } of tried) {
    if (signal.aborted) throw new Interrupted()
    progress(explored.length, tried.length)
    const verdict = await tryOut(ground, trialOf(stretch, injection))
    const kept = isClean(verdict) ? undefined : keepWorld(ground, `fault-${explored.length}`)
    explored.push({ row: rowOf(injection), point: text, step: stepName(numbers, stretch.step), kept, verdict })
  }
  progress(explored.length, tried.length)
  removeUnlessKept(ground, explored)
  const rows = new Map<string, number>()
  for (const { injection } of cases) rows.set(rowOf(injection), (rows.get(rowOf(injection)) ?? 0) + 1)
  return {
    kind: 'fault',
    runbook,
    rows,
    points: cases.length,
    states: cases.length,
    seed: sample === undefined ? undefined : seed,
    explored,
    tookMs: performance.now() - begunAt,
  }
}

/** An operator comes back once a Region answers again: `unavailable` lasts ten minutes, with some for what is slow by a while. */
const longestOutageMs = 15 * 60_000

function isWorldFault(fault: Injection['fault']): boolean {
  return worldFaultNames.some((each) => each === fault)
}

/** What somebody else, or the service by itself, did: where it stays in the way a person has to look at it, however often one resumes. */
const foreign: readonly Injection['fault'][] = ['replaced', 'done-by-another', 'purged', 'ends-failed']

/** The same fault of the same operation, wherever it is called. */
function kindOf({ injection }: FaultCase): string {
  return `${rowOf(injection)}=${injection.fault}`
}

function rowOf({ service, operation }: Injection): string {
  return `${service}.${operation}`
}

function trialOf({ step, snapshot }: Stretch, injection: Injection): Trial {
  let stop: Stop | undefined
  const call = rowOf(injection)
  let number = Number.POSITIVE_INFINITY
  const inject = (faults: FaultPlan): void => {
    number = (faults.counted().get(call) ?? 0) + injection.ahead
    faults.inject(injection)
  }
  return {
    snapshot,
    processes: mostProcesses,
    ...(isWorldFault(injection.fault) ? { downMs: longestOutageMs } : {}),
    honest: (ending) =>
      ending.how === 'in-doubt'
        ? step !== undefined && ending.step === step
        : foreign.includes(injection.fault) && ending.stops.at(-1) === ending.stops.at(-2),
    onStop: (each) => (stop = each),
    met: ({ faults }) => (faults.counted().get(call) ?? 0) >= number,
    aroundHost({ faults }) {
      // nobody answers: the operator waits no longer
      faults.onFault((fault) => {
        if (fault !== 'hang') return
        stop?.request()
        stop?.request()
      })
      if (step === undefined) {
        inject(faults)
        return undefined
      }
      let armed = false
      return (host) =>
        watchHost(host, (point) => {
          if (armed || stepOf(point) !== step) return
          armed = true
          inject(faults)
        })
    },
  }
}

/** Runs it once undisturbed, counting the calls of each stretch. */
async function runCounted(parts: ExplorationParts, planted: Ground['planted']) {
  const world = join(parts.folder, 'world')
  const faults = new FaultPlan()
  faults.countAll()
  await using opened = await openWorld(world, parts, faults)
  const stretches: Stretch[] = [{ step: undefined, snapshot: takeSnapshot(world), before: faults.counted() }]
  const seen = new Set<string>()
  const ending = await goOn(opened, parts, {
    processes: 1,
    aroundHost: (host) =>
      watchHost(host, (point) => {
        const step = point.startsWith('before step/') ? stepOf(point) : undefined
        if (step === undefined || seen.has(step)) return
        seen.add(step)
        stretches.push({ step, snapshot: takeSnapshot(world), before: faults.counted() })
      }),
  })
  if (ending.how !== 'done') throw ending.error
  const leaked = leaksOf(opened, ending, planted)
  const after = faults.counted()
  return {
    world,
    leaked,
    runbook: opened.rehearsable.runbook.name,
    numbers: ending.numbers,
    cases: stretches.flatMap((stretch, at) => casesOf(stretch, stretches[at + 1]?.before ?? after, faults)),
    undisturbed: await endState(opened),
  }
}

function casesOf(stretch: Stretch, until: ReadonlyMap<string, number>, faults: FaultPlan): readonly FaultCase[] {
  return [...until].flatMap(([call, count]) => {
    const [service = '', operation = ''] = call.split('.')
    const before = stretch.before.get(call) ?? 0
    return Array.from({ length: count - before }, (_, at) => at + 1).flatMap((ahead) =>
      faults.faultsOf(service, operation).map((fault) => ({
        stretch,
        injection: { service, operation, ahead, fault },
        text: `${call}#${before + ahead}=${fault}`,
      })),
    )
  })
}
