import fc from 'fast-check'
import { expect, it } from 'vitest'
import { applyRunbook } from '../../../../engine/run/apply-runbook.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import { openSite } from '../../../crash/toys/site.ts'
import { planAt } from './plan-toy.ts'

const uses = fc.oneof(
  fc.constantFrom('compute', 'computeRunId', 'look', 'set', 'key', 'name', 'hsm').map((kind) => ({ kind, n: 0 })),
  fc.record({ kind: fc.constantFrom('set', 'look', 'fromEarlier', 'adopt'), n: fc.nat(3) }),
)

interface RandomStep {
  readonly kind: string
  readonly n: number
}

/** One step of a random runbook; what it is called, and what it reads, comes from its place. */
function stepText({ kind, n }: RandomStep, at: number, all: readonly RandomStep[]): string {
  const step = (type: string, inputs: string, more = '') =>
    `  - { id: s${at}, uses: toy.${type}, ${type === 'compute' ? '' : 'target: world, '}with: { ${inputs} }${more} }`
  const before = all.findLastIndex((each, n) => n < at && each.kind.startsWith('compute'))
  const earlier = before === -1 ? 'run.runbook' : `steps.s${before}.outputs.text`
  switch (kind) {
    case 'computeRunId':
      return step('compute', 'text: "${{ run.id }}"')
    case 'fromEarlier':
      return step('compute', `text: "\${{ ${earlier} }}"`)
    case 'look':
      return step('look-at', `name: n${n}`)
    case 'set':
      return step('set-setting', `name: n${n}, value: ${at % 2}`)
    case 'key':
      return step('make-key-pair', `label: k${at}`)
    case 'adopt':
      return step('reserve-name', `name: taken${n}`, ', existing: adopt')
    case 'name':
      return step('reserve-name', `name: a${at}`)
    case 'hsm':
      return step('create-hsm', `address: a${at}`)
    default:
      return step('compute', `text: t${at}`)
  }
}

it('plans outputs as they are when the runbook is applied', async () => {
  let known = 0
  const seed = Date.now()
  await fc.assert(
    fc.asyncProperty(fc.array(uses, { minLength: 1, maxLength: 6 }), async (kinds) => {
      const runbook = await loadToy([{ kind: 'look', n: 1 }, ...kinds].map(stepText).join('\n'))
      await using site = await openSite()
      site.world.settings.set('n0', 1)
      for (let n = 0; n < 4; n += 2) site.world.names.set(`taken${n}`, 'other.x')
      const { steps } = await planAt(site, runbook)
      expect(site.world.ledger).toEqual([])
      await applyRunbook(await site.parts(runbook))
      const applied = new Map(
        site.events.flatMap((event) => (event.type === 'step-succeeded' ? [[event.step.id, event.outputs]] : [])),
      )
      for (const step of steps) {
        if (step.outputs === undefined) continue
        expect(applied.get(step.id)).toEqual(step.outputs)
        known += 1
      }
    }),
    { seed, numRuns: 40 },
  )
  expect(known).toBeGreaterThan(20)
})
