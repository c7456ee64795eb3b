import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ErrorCode } from '../../engine/step/errors.ts'
import { type Ending, newStage, play, type Stage } from './play.ts'
import { loadToy } from './toys/load-toy.ts'
import type { World } from './toys/world.ts'

/** Random small runbooks of toy steps × faults × crashes × stops. The model is the same runbook without any of them. */
interface Scenario {
  readonly kinds: readonly Kind[]
  readonly faults: readonly {
    readonly at: number
    readonly code: ErrorCode
    readonly how: 'before' | 'lost' | 'unsure'
  }[]
  readonly processes: readonly { readonly at: number; readonly stop: boolean; readonly downMs: number }[]
}

const kinds = ['set', 'key', 'hsm', 'order', 'letter', 'name', 'gated', 'final'] as const
type Kind = (typeof kinds)[number]

const requests: Readonly<Record<Kind, string>> = {
  ...{ set: 'PutSetting', key: 'GenerateKeyPair', hsm: 'CreateHsm', order: 'PlaceOrder', letter: 'SendLetter' },
  ...{ name: 'ReserveName', gated: 'ReserveName', final: 'GenerateKeyPair' },
}

function stepText(kind: Kind, at: number): string {
  const step = (type: string, inputs: string, more = '') =>
    `  - { id: s${at}, uses: toy.${type}, target: world, with: { ${inputs} }${more} }`
  switch (kind) {
    case 'set':
      return step('set-setting', `name: s, value: ${at + 1}`)
    case 'key':
      return step('make-key-pair', `label: k${at}`)
    case 'hsm':
      return step('create-hsm', `address: a${at}`)
    case 'order':
      return step('order-item', `item: i${at}`)
    case 'letter':
      return step('send-letter', `to: t${at}`)
    case 'name':
      return step('reserve-name', `name: n${at}`)
    case 'gated':
      return step('reserve-name', `name: n${at}`, ', approval: { role: custodian, count: 1 }')
    case 'final':
      return step('make-key-pair', `label: k${at}`, ', pointOfNoReturn: It exists')
  }
}

const scenarios: fc.Arbitrary<Scenario> = fc.record({
  kinds: fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 5 }),
  faults: fc.array(
    fc.record({
      at: fc.nat(4),
      code: fc.constantFrom('transient' as const, 'throttled' as const, 'device' as const),
      how: fc.constantFrom('before' as const, 'lost' as const, 'unsure' as const),
    }),
    { maxLength: 4 },
  ),
  processes: fc.array(
    fc.record({ at: fc.nat(60), stop: fc.boolean(), downMs: fc.constantFrom(0, 30_000, 60 * 60_000) }),
    { maxLength: 5 },
  ),
})

function planFaults(world: World, { kinds: steps, faults }: Scenario): void {
  for (const { at, code, how } of faults) {
    const kind = steps[at % steps.length]
    if (kind !== undefined)
      world.plan(requests[kind], { code, committed: how === 'lost', outcomeUnknown: how !== 'before' })
  }
}

function expectHonest(ending: Ending, stage: Stage, scenario: Scenario, undisturbed: Ending, ledger: string[]): string {
  const seen = stage.world.ledger
  expect(new Set(seen).size, `done twice: ${seen.join(', ')}`).toBe(seen.length)
  expect(seen).toEqual(ledger.slice(0, seen.length)) // nothing but what the runbook says, in its order
  if (ending.how === 'done') {
    expect(seen).toEqual(ledger)
    expect(undisturbed).toMatchObject({ how: 'done', outputs: ending.outputs })
    return 'done'
  }
  if (ending.how === 'crashed') throw new Error('nobody crashed it')
  const { error } = ending
  const stopped = error as Error & { readonly reason?: string; readonly error?: { readonly code: string } }
  if (stopped.reason === 'in-doubt') {
    // only what nobody can look at, or what a service may have forgotten, is ever in doubt
    expect(scenario.kinds.some((kind) => kind === 'letter' || kind === 'order')).toBe(true)
    return 'in doubt'
  }
  expect(stopped.name).toBe('StepFailed')
  expect(stopped.error?.code).toBe('device') // the only fault that is not tried again
  return 'failed'
}

it('does every once-only effect exactly once, or stops honestly, whatever fails and whenever power is lost', async () => {
  const seed = Number(process.env['RUNBOOK_TEST_SEED'] ?? Date.now() % 2 ** 31)
  console.log(`model test: RUNBOOK_TEST_SEED=${seed}`)
  const endings = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      const texts = scenario.kinds.map((kind, at) => stepText(kind, at))
      const outputs = scenario.kinds.flatMap((kind, at) =>
        kind === 'letter' ? [`r${at}: "\${{ steps.s${at}.outputs.receipt }}"`] : [],
      )
      const runbook = await loadToy(texts.join('\n'), { rest: `outputs: { ${outputs.join(', ')} }` })
      const quiet = newStage()
      const undisturbed = await play(runbook, quiet)

      const stage = newStage()
      planFaults(stage.world, scenario)
      let ending: Ending | undefined
      for (const { at, stop, downMs } of [...scenario.processes]) {
        ending = await play(runbook, stage, stop ? { stopAt: at } : { crashAt: at })
        if (ending.how === 'done') break
        stage.machine.now += downMs
      }
      // a person resumes until nothing fails any more, or something is in doubt
      for (let n = 0; n < 6 && ending?.how !== 'done'; n += 1) ending = await play(runbook, stage)
      if (ending === undefined) throw new Error('it was played')
      const how = expectHonest(ending, stage, scenario, undisturbed, quiet.world.ledger)
      endings.set(how, (endings.get(how) ?? 0) + 1)
    }),
    { seed, numRuns: 400 },
  )
  expect(endings.get('done')).toBeGreaterThan(200)
  expect(endings.get('in doubt')).toBeGreaterThan(5)
})
