import { readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { FaultPlan } from '../faults.ts'
import { compareEnds, type EndState, endState } from './end-state.ts'
import type { Verdict } from './exploration.ts'
import { openWorld, type ExploredWorld, type ProgramParts } from './explored-world.ts'
import { goOn, type Ending, type GoingOn } from './go-on.ts'
import { findLeaks, type KnownSecret, secretsOf } from './secrets.ts'
import { restoreSnapshot, type Snapshot } from './snapshot.ts'

/** Where an exploration works, and what the undisturbed run left. */
export interface Ground extends ProgramParts {
  /** Its own folder. */
  readonly folder: string
  /** The world is always here: journals and environments have absolute paths in them. */
  readonly world: string
  readonly undisturbed: EndState
  readonly planted: readonly KnownSecret[]
}

export interface Trial extends Omit<GoingOn, 'aroundHost'> {
  readonly snapshot: Snapshot
  /** Prepares the world that was restored. */
  readonly aroundHost?: (world: ExploredWorld) => GoingOn['aroundHost']
  /** Whether what was prepared happened. */
  readonly met?: (world: ExploredWorld) => boolean
  /** Whether a doubt, or what a person is needed for, is one that nobody but a person can settle. */
  readonly honest: (ending: Ending) => boolean
}

/** A world whose ports were taken meanwhile is not the one that the run was begun in: tried again so often. */
const tries = 5

/** Restores a disk, goes on from there to the end, and looks what is different from an undisturbed run. */
export async function tryOut(ground: Ground, trial: Trial): Promise<Verdict> {
  for (let n = 1; ; n += 1) {
    rmSync(ground.world, { recursive: true, force: true })
    restoreSnapshot(trial.snapshot, ground.world)
    const before = environmentText(ground.world)
    await using world = await openWorld(ground.world, ground, new FaultPlan())
    if (environmentText(ground.world) === before) return await judge(world, ground, trial)
    if (n === tries) throw new Error('the ports of the sandbox are taken by another program')
    await setTimeout(n * 1_000)
  }
}

/** Keeps the disk that the last trial left. @returns where */
export function keepWorld({ folder, world }: Ground, name: string): string {
  const kept = join(folder, name)
  rmSync(kept, { recursive: true, force: true })
  renameSync(world, kept)
  return kept
}

/** Removes the world, and the folder as well when nothing in it was kept. */
export function removeUnlessKept(
  { folder, world }: Ground,
  explored: readonly { readonly kept: string | undefined }[],
): void {
  const nothing = explored.every(({ kept }) => kept === undefined)
  rmSync(nothing ? folder : world, { recursive: true, force: true })
}

async function judge(world: ExploredWorld, ground: Ground, trial: Trial): Promise<Verdict> {
  const aroundHost = trial.aroundHost?.(world)
  const { processes, downMs, onStop } = trial
  const going = { processes, onStop, aroundHost, ...(downMs === undefined ? {} : { downMs }) }
  const ending = await goOn(world, ground, going)
  const { doubled, lost } = compareEnds(ground.undisturbed, await endState(world), ending.takenBack)
  return {
    how: ending.how,
    met: trial.met?.(world) ?? true,
    stops: ending.stops.length,
    honest: (ending.how === 'in-doubt' || ending.how === 'person') && trial.honest(ending),
    message: ending.how === 'done' ? undefined : ending.stops.at(-1),
    doubled,
    lost: ending.how === 'done' ? lost : [],
    leaked: leaksOf(world, ending, ground.planted),
  }
}

/** Secrets in anything that an operator or an auditor gets to see. */
export function leaksOf(world: ExploredWorld, { said }: Ending, planted: readonly KnownSecret[]): readonly string[] {
  const { sandbox, environment, state } = world
  const secrets = [...planted, ...secretsOf(sandbox.environmentPath, environment.sandbox)]
  return findLeaks(secrets, new Map([['what was said', said]]), [state.path, ...sandbox.folders.values()])
}

function environmentText(world: string): string {
  return readFileSync(join(world, 'environment.yaml'), 'utf8')
}
