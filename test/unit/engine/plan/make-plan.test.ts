import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StepType } from '../../../../engine/step/step-type.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import { loadSite, openSite, type Site } from '../../../crash/toys/site.ts'
import { toyFamily } from '../../../crash/toys/toy-family.ts'
import { planAt, stepOf } from './plan-toy.ts'

let site: Site

beforeEach(async () => {
  site = await openSite()
})

afterEach(() => site[Symbol.asyncDispose]())

const use = (id: string, uses: string, inputs: string, more = '') =>
  `  - { id: ${id}, uses: toy.${uses}, target: world, with: { ${inputs} }${more} }\n`
const expression = (text: string) => `"\${{ ${text} }}"`

describe('a plan', () => {
  it('calls check and nothing else', async () => {
    const forbidden = (): never => {
      throw new Error('a plan changed something')
    }
    const stepTypes = toyFamily.stepTypes.map((type): StepType =>
      type.effect === 'read' ? type : { ...type, apply: forbidden, undo: { destructive: false, run: forbidden } },
    )
    const runbook = await loadToy(
      use('a', 'set-setting', 'name: s, value: 1') +
        use('b', 'make-key-pair', 'label: k') +
        use('c', 'create-hsm', 'address: a') +
        use('d', 'order-item', 'item: x') +
        use('e', 'send-letter', 'to: x') +
        use('f', 'reserve-name', 'name: x'),
      { families: [{ ...toyFamily, stepTypes }] },
    )
    const { steps } = await planAt(site, runbook)
    expect(steps.map(({ decision }) => decision)).toEqual(['change', 'make', 'make', 'make', 'run', 'make'])
    expect(site.world.ledger).toEqual([])
  })

  it('is exact where inputs are known and check answered, estimated behind a change, opaque where nothing can be seen', async () => {
    const plan = await planAt(
      site,
      await loadToy(
        use('seen', 'look-at', 'name: s') +
          use('hsm', 'create-hsm', 'address: a') +
          use('then', 'look-at', 'name: s') +
          use('after', 'reserve-name', `name: ${expression('steps.hsm.outputs.hsmId')}`) +
          use('letter', 'send-letter', 'to: x'),
      ),
    )
    expect(stepOf(plan, 'seen')).toMatchObject({ decision: 'look', fidelity: 'exact', outputs: { value: 0 } })
    expect(stepOf(plan, 'hsm')).toMatchObject({ decision: 'make', fidelity: 'exact', waitsFor: [] })
    expect(stepOf(plan, 'then')).toMatchObject({ decision: 'look', fidelity: 'estimated', waitsFor: ['hsm'] })
    expect(stepOf(plan, 'after')).toMatchObject({ decision: 'make', fidelity: 'estimated', waitsFor: ['hsm'] })
    expect(stepOf(plan, 'after').inputs).toEqual(['name: (known after `hsm`)'])
    expect(stepOf(plan, 'letter')).toMatchObject({ decision: 'run', fidelity: 'opaque' })
  })

  it('shows what a change would make of what', async () => {
    site.world.settings.set('s', 1)
    const plan = await planAt(site, await loadToy(use('set', 'set-setting', 'name: s, value: 2')))
    expect(stepOf(plan, 'set')).toMatchObject({ decision: 'change', before: 1, after: 2 })
  })

  it('says what would be found, refused, in the way, or failing', async () => {
    site.world.settings.set('s', 2)
    site.world.keys.set('k', { publicId: 'r.x', privateId: 'r.x' }).set('half', { publicId: 'r.y' })
    const decision = async (yaml: string) => stepOf(await planAt(site, await loadToy(yaml)), 'a')
    expect(await decision(use('a', 'set-setting', 'name: s, value: 2'))).toMatchObject({ decision: 'found' })
    expect(await decision(use('a', 'make-key-pair', 'label: k'))).toMatchObject({
      decision: 'refused',
      note: expect.stringContaining('`r.x`'),
    })
    expect(await decision(use('a', 'make-key-pair', 'label: k', ', existing: adopt'))).toMatchObject({
      decision: 'found',
      outputs: { keyId: 'r.x' },
    })
    expect(await decision(use('a', 'make-key-pair', 'label: half'))).toMatchObject({ decision: 'conflict' })
    site.world.plan('GetSetting', { code: 'denied', committed: false, outcomeUnknown: false })
    expect(await decision(use('a', 'look-at', 'name: s'))).toMatchObject({
      decision: 'fails',
      note: expect.stringMatching(/^denied: /),
    })
    expect(await decision(use('a', 'wait-until', `at: ${Date.UTC(2030)}`))).toMatchObject({ decision: 'wait' })
  })

  it('fails a step whose inputs have no value, or one that its schema does not want', async () => {
    const plan = await planAt(
      site,
      await loadToy(
        use('a', 'look-at', 'name: s') +
          use('b', 'set-setting', `name: s, value: ${expression('10 / steps.a.outputs.value')}`) +
          `  - { id: c, uses: toy.compute, with: { text: "\${{ steps.a.outputs.echo }}${'x'.repeat(39)}" } }\n`,
      ),
    )
    expect(stepOf(plan, 'b')).toMatchObject({ decision: 'fails', note: expect.stringMatching(/^invalid: /) })
    expect(stepOf(plan, 'c').decision).toBe('look')
    const long = await planAt(
      site,
      await loadToy(
        use('a', 'look-at', 'name: ssssssssss') +
          `  - { id: c, uses: toy.compute, with: { text: "\${{ steps.a.outputs.echo }}${'x'.repeat(31)}" } }\n`,
      ),
    )
    expect(stepOf(long, 'c')).toMatchObject({ decision: 'fails', note: expect.stringMatching(/^invalid: /) })
  })

  it('does not give outputs that an earlier step may change, nor through another binding on the same target', async () => {
    site.world.settings.set('s', 2)
    const bindings = '\n  alias: { kind: toy-world }'
    const runbook = await loadToy(
      use('hsm', 'create-hsm', 'address: a') +
        use('set', 'set-setting', 'name: s, value: 2') +
        use('other', 'look-at', 'name: s').replace('target: world', 'target: alias'),
      { bindings },
    )
    const { name } = site
    const environment = await loadSite(name, `  alias: { kind: toy-world, world: ${name} }\n`)
    const plan = await planAt(site, runbook, environment)
    expect(stepOf(plan, 'set')).toMatchObject({ decision: 'found', fidelity: 'estimated', waitsFor: ['hsm'] })
    expect(stepOf(plan, 'set').outputs).toBeUndefined()
    expect(stepOf(plan, 'other')).toMatchObject({ fidelity: 'estimated', waitsFor: ['hsm'] })
  })

  it('does not know the id of a run that has not begun', async () => {
    const plan = await planAt(
      site,
      await loadToy(
        `${use('seen', 'look-at', 'name: s')}  - { id: a, uses: toy.compute, with: { text: ${expression('run.id')} } }
  - { id: b, uses: toy.compute, with: { text: "of \${{ run.id }} and \${{ steps.a.outputs.text }}" } }
  - { id: c, uses: toy.compute, with: { text: ${expression('run.runbook')} } }
`,
      ),
    )
    expect(stepOf(plan, 'a')).toMatchObject({ decision: 'look', fidelity: 'estimated', waitsFor: ['run.id'] })
    expect(stepOf(plan, 'a').outputs).toBeUndefined()
    expect(stepOf(plan, 'b').waitsFor).toEqual(['a', 'run.id'])
    expect(stepOf(plan, 'c')).toMatchObject({ fidelity: 'exact', outputs: { text: '<toy>' } })
  })
})
