import { expect } from 'vitest'
import type { Runbook } from '../../engine/document/runbook.ts'
import { type Ending, newStage, type Play, play, type Stage } from './play.ts'
import type { World } from './toys/world.ts'

/** What a run is played with, the same in each of its processes. */
export interface Setting {
  readonly prepare?: (world: World) => void
  readonly accidents?: Omit<Play, 'crashAt' | 'stopAt' | 'draw'>
  /** How many drawn orders of parallel branches; 0: the order of the document alone. */
  readonly draws?: number
  /** How long the machine is down; milliseconds. */
  readonly downMs?: number
}

/** How a run ended that nothing disturbed. */
export interface Undisturbed {
  readonly stage: Stage
  readonly ending: Ending
}

/** Where the orders of parallel branches are drawn from; `RUNBOOK_TEST_SEED` gives the same again. */
export const seed = Number(process.env['RUNBOOK_TEST_SEED'] ?? Date.now() % 2 ** 31)
console.log(`orders of branches: RUNBOOK_TEST_SEED=${seed}`)

/**
 * Loses power at every record and effect of a run, in several orders of its parallel branches, resumes each, and wants what the
 * undisturbed run came to: the same effects (in any order), the same state, the same end.
 *
 * @returns the undisturbed run in document order, and how many points there were
 */
export async function crashEverywhere(
  runbook: Runbook,
  { prepare, accidents = {}, draws = 0, downMs = 1_000 }: Setting = {},
): Promise<Undisturbed & { readonly points: number }> {
  const stage = newStage(prepare)
  const ending = await play(runbook, stage, accidents)
  let points = 0
  for (let n = 0; n <= draws; n += 1) {
    const draw = (): { draw?: () => number } => (n === 0 ? {} : { draw: drawing(seed + n) })
    const quiet = await play(runbook, newStage(prepare), { ...accidents, ...draw() })
    for (const crashAt of quiet.host.points.keys()) {
      const again = newStage(prepare)
      const where = `power lost at ${crashAt}, ${quiet.host.points[crashAt]}, order ${n} of seed ${seed}`
      const first = await play(runbook, again, { ...accidents, ...draw(), crashAt })
      expect(first.how, where).toBe('crashed')
      again.machine.now += downMs
      const resumed = await play(runbook, again, { ...accidents, ...draw() })
      expect({ ...endOf(resumed), ...stateOf(again.world) }, where).toEqual({
        ...endOf(ending),
        ...stateOf(stage.world),
      })
      points += 1
    }
  }
  return { stage, ending, points }
}

/** What a process came to, for comparing. */
export function endOf(ending: Ending): object {
  if (ending.how === 'crashed') return { how: ending.how }
  if (ending.how === 'stopped') {
    const { name, message } = ending.error
    return { name, message }
  }
  const { outcome, outputs, failures, exceptions, undone } = ending
  return { outcome, outputs, failures, exceptions, undone }
}

function stateOf(world: World): object {
  const { ledger, settings, keys, names, seats } = world
  return { ledger: [...ledger].sort(), ...{ settings, keys, names, seats } }
}

/** Numbers from 0 inclusive to 1 exclusive, the same for the same seed. */
export function drawing(from: number): () => number {
  let state = from >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
