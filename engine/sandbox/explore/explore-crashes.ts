import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Interrupted } from '../../run/run-stop.ts'
import { FaultPlan } from '../faults.ts'
import { endState } from './end-state.ts'
import { type Exploration, type Explored, isClean, stepName, undisturbedLeak } from './exploration.ts'
import { openWorld, type ProgramParts } from './explored-world.ts'
import { goOn } from './go-on.ts'
import { sampleOf } from './sample.ts'
import { plantCredentials } from './secrets.ts'
import { type Snapshot, takeSnapshot, withoutFiles } from './snapshot.ts'
import { type Ground, keepWorld, leaksOf, removeUnlessKept, tryOut } from './try-out.ts'
import { stepOf, watchHost } from './watch-host.ts'

export interface ExplorationParts extends ProgramParts {
  /** Its own; made. Gone afterwards but for what is not clean. */
  readonly folder: string
  /** How many to try at most; absent: all. */
  readonly sample: number | undefined
  readonly seed: number
  readonly signal: AbortSignal
  readonly progress: (done: number, of: number) => void
}

/** A state of the disk, and the points at which power lost would leave it. */
interface Leftover {
  readonly snapshot: Snapshot
  readonly step: string | undefined
  /** Whether the step was begun and had not succeeded: only there may a run end in doubt. */
  readonly begun: boolean
  readonly points: string[]
}

/**
 * Loses the power of a rehearsal at each record and each effect, just before and just after, and goes on from what was on the disk
 * then, each time to the end. A disk that is equal at several points is gone on from once: nothing else survives the power.
 *
 * @throws what an undisturbed run throws
 */
export async function exploreCrashes(parts: ExplorationParts): Promise<Exploration> {
  const { folder, sample, seed, signal, progress } = parts
  const begunAt = performance.now()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  using planted = plantCredentials()
  const { leftovers, undisturbed, world, runbook, numbers, leaked } = await runWatched(parts, planted.secrets)
  const ground: Ground = { ...parts, world, undisturbed, planted: planted.secrets }
  const tried =
    leaked.length > 0
      ? []
      : sample === undefined
        ? leftovers
        : sampleOf(leftovers, sample, seed, ({ step = 'run' }) => step)
  const explored: Explored[] = leaked.length > 0 ? [undisturbedLeak(leaked, keepWorld(ground, 'undisturbed'))] : []
  for (const { snapshot, step, begun, points } of tried) {
    if (signal.aborted) throw new Interrupted()
    progress(explored.length, tried.length)
    const verdict = await tryOut(ground, {
      snapshot,
      processes: 1,
      honest: (at) => at.how === 'in-doubt' && begun && at.step === step,
    })
    const kept = isClean(verdict) ? undefined : keepWorld(ground, `crash-${explored.length}`)
    explored.push({
      row: stepName(numbers, step),
      point: points.join(', '),
      step: stepName(numbers, step),
      kept,
      verdict,
    })
  }
  progress(explored.length, tried.length)
  removeUnlessKept(ground, explored)
  return {
    kind: 'crash',
    runbook,
    rows: countBy(leftovers, numbers),
    points: leftovers.reduce((sum, { points }) => sum + points.length, 0),
    states: leftovers.length,
    seed: sample === undefined ? undefined : seed,
    explored,
    tookMs: performance.now() - begunAt,
  }
}

/** Runs it once undisturbed, taking the disk at each point. */
async function runWatched(parts: ExplorationParts, planted: Ground['planted']) {
  const world = join(parts.folder, 'world')
  const byDigest = new Map<string, Leftover>()
  let last: string | undefined
  const begun = new Set<string>()
  const add = (snapshot: Snapshot, point: string): void => {
    last = stepOf(point) ?? (point.startsWith('before record run/') ? undefined : last)
    if (/^after record .*\/started$/.test(point)) begun.add(last ?? '')
    if (/^after record .*\/succeeded$/.test(point)) begun.delete(last ?? '')
    const same = byDigest.get(snapshot.digest)
    if (same === undefined)
      byDigest.set(snapshot.digest, { snapshot, step: last, begun: begun.has(last ?? ''), points: [point] })
    else same.points.push(point)
  }
  await using opened = await openWorld(world, parts, new FaultPlan())
  const ending = await goOn(opened, parts, {
    processes: 1,
    aroundHost: (host) =>
      watchHost(host, (point) => {
        const snapshot = takeSnapshot(world)
        if (byDigest.size === 0)
          add(withoutFiles(snapshot, /^state\/runs\/[^/]+\/journal\.jsonl$/), 'before record run/begun')
        add(snapshot, point)
      }),
  })
  if (ending.how !== 'done') throw ending.error
  const leaked = leaksOf(opened, ending, planted)
  return {
    world,
    leaked,
    runbook: opened.rehearsable.runbook.name,
    numbers: ending.numbers,
    leftovers: [...byDigest.values()],
    undisturbed: await endState(opened),
  }
}

function countBy(leftovers: readonly Leftover[], numbers: ReadonlyMap<string, string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { step, points } of leftovers) {
    const row = stepName(numbers, step)
    counts.set(row, (counts.get(row) ?? 0) + points.length)
  }
  return counts
}
