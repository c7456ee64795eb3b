import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ErrorCode } from '../../engine/step/errors.ts'
import { drawing, seed } from './everywhere.ts'
import { type Ending, newStage, play, type Stage } from './play.ts'
import { isBefore, type Piece, runbooks, write, type Written } from './random-blocks.ts'
import { loadToy } from './toys/load-toy.ts'

/** Random runbooks of blocks in blocks × faults × crashes × stops × orders of the branches. */
interface Scenario {
  readonly pieces: readonly Piece[]
  readonly faults: readonly {
    readonly operation: string
    readonly code: ErrorCode
    readonly how: 'before' | 'lost'
    readonly nth: number
  }[]
  readonly processes: readonly { readonly at: number; readonly stop: boolean; readonly order: number }[]
}

const scenarios: fc.Arbitrary<Scenario> = fc.record({
  pieces: runbooks,
  faults: fc.array(
    fc.record({
      operation: fc.constantFrom('BookSeat', 'FindSeat', 'CreateHsm', 'PutSetting', 'GetSetting'),
      code: fc.constantFrom('transient' as const, 'denied' as const),
      how: fc.constantFrom('before' as const, 'lost' as const),
      nth: fc.nat(6),
    }),
    { maxLength: 4 },
  ),
  processes: fc.array(fc.record({ at: fc.nat(90), stop: fc.boolean(), order: fc.nat(999) }), { maxLength: 4 }),
})

/** Each fault is met by the n-th request of its kind. */
function planFaults({ world }: Stage, { faults }: Scenario): void {
  const counts = new Map<string, number>()
  world.onRequest = (operation) => {
    const n = counts.get(operation) ?? 0
    counts.set(operation, n + 1)
    for (const { code, how } of faults.filter((fault) => fault.operation === operation && fault.nth === n))
      world.plan(operation, { code, committed: how === 'lost', outcomeUnknown: how === 'lost' })
  }
}

/** Plays until it ends, or stands still for good. */
async function playOut(yaml: string, stage: Stage, { processes }: Scenario): Promise<Ending> {
  const runbook = await loadToy(yaml)
  for (const { at, stop, order } of processes) {
    const ending = await play(runbook, stage, {
      draw: drawing(seed + order),
      ...(stop ? { stopAt: at } : { crashAt: at }),
    })
    if (ending.how === 'done') return ending
    stage.machine.now += 1_000
  }
  let ending = await play(runbook, stage)
  for (let n = 0; n < 6 && ending.how !== 'done'; n += 1)
    ending = await play(runbook, stage, { draw: drawing(seed + n) })
  return ending
}

/** What must be true of the ledger, whatever happened. */
function expectHonest({ deeds }: Written, ledger: readonly string[], failures: readonly string[]): void {
  const known = new Map(deeds.flatMap((deed) => (deed.line === undefined ? [] : [[deed.line, deed] as const])))
  expect(new Set(ledger).size, `done twice: ${ledger.join(', ')}`).toBe(ledger.length)
  for (const line of ledger) expect(known.has(line), `${line} was not to be done`).toBe(true)
  for (const [n, line] of ledger.entries()) {
    for (const later of ledger.slice(n + 1)) {
      const [one, other] = [known.get(line), known.get(later)]
      if (one !== undefined && other !== undefined && isBefore(other, one))
        throw new Error(`${line} came before ${later}`)
    }
  }
  if (failures.length === 0) expect([...ledger].sort()).toEqual([...known.keys()].sort())
}

it('does what the runbook says, in its order, each thing once, whatever fails and whenever power is lost', async () => {
  console.log(`model test of blocks: RUNBOOK_TEST_SEED=${seed}`)
  const outcomes = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      const written = write(scenario.pieces)
      const stage = newStage()
      planFaults(stage, scenario)
      try {
        const ending = await playOut(written.yaml, stage, scenario)
        expect(ending.how === 'stopped' ? ending.error : ending.how).toBe('done') // every fault is met once, and passes
        if (ending.how !== 'done') return
        expectHonest(written, stage.world.ledger, ending.failures)
        expect(ending.outcome).toBe(ending.failures.length === 0 ? 'done' : 'failed')
        outcomes.set(ending.outcome, (outcomes.get(ending.outcome) ?? 0) + 1)
      } catch (error) {
        const { message } = error instanceof Error ? error : new Error(String(error))
        throw new Error(`${message}\nsteps:\n${written.yaml}`, { cause: error })
      }
    }),
    { seed, numRuns: 600 },
  )
  expect(outcomes.get('done')).toBeGreaterThan(250)
  expect(outcomes.get('failed')).toBeGreaterThan(5)
})
