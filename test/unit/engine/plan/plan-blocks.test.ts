import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { refuseStale } from '../../../../engine/plan/refuse-stale.ts'
import { openStateFolder } from '../../../../engine/run/state-folder.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import { openSite, type Site } from '../../../crash/toys/site.ts'
import { planAt, stepOf } from './plan-toy.ts'

let site: Site

beforeEach(async () => {
  site = await openSite()
})

afterEach(() => site[Symbol.asyncDispose]())

const plan = async (steps: string, rest = '') => planAt(site, await loadToy(steps, { rest }))
const look = (id: string, more = '') => `{ id: ${id}, uses: toy.look-at, target: world, with: { name: s }${more} }`
const seat = (id: string, name: string, more = '') =>
  `{ id: ${id}, uses: toy.book-seat, target: world, with: { seat: ${name} }${more} }`

describe('the plan of blocks', () => {
  it('has every kind of entry, each with its place', async () => {
    const { steps } = await plan(
      `
  - { id: group, steps: [${seat('a', 'a')}], finally: [${seat('f', 'f')}] }
  - { id: both, parallel: [${seat('b', 'b')}, { id: pause, wait: 5m }] }
  - { id: each, forEach: { in: [x, 'y/z'] }, steps: [${seat('c', "'${{ item }}'")}] }
  - { id: hand, manual: { do: Turn it }, approval: { role: witness, count: 1 } }
  - { id: sure, assert: '\${{ 1 < 2 }}' }
  - { id: wrong, assert: '\${{ 1 > 2 }}', message: never so }
`,
      `finally:\n  - ${seat('z', "'${{ run.outcome }}'")}`,
    )
    expect(steps.map(({ number, id, decision }) => `${number} ${id} ${decision}`)).toEqual([
      '1 group block',
      '1.1 a make',
      '1.2 f make',
      '2 both block',
      '2.1 b make',
      '2.2 pause wait',
      '3 each block',
      '3.1 c[x] make',
      '3.1 c[y%2Fz] make',
      '4 hand ask',
      '5 sure look',
      '6 wrong fails',
      '7 z make',
    ])
    expect(steps.at(-2)).toMatchObject({ note: 'never so' })
    expect(steps.at(-1)).toMatchObject({ fidelity: 'estimated' })
  })

  it('skips what will be skipped, knows that it gives nothing, and names the condition of what is not known', async () => {
    const text = `
  - ${look('read')}
  - { id: no, when: '\${{ steps.read.outputs.value > 0 }}', steps: [${look('inner')}] }
  - { id: told, uses: toy.compute, with: { text: '\${{ has(steps.inner.outputs) ? "yes" : "no" }}' } }
  - { id: hsm, uses: toy.create-hsm, target: world, with: { address: a } }
  - { id: maybe, when: '\${{ steps.hsm.outputs.hsmId == "x" }}', steps: [{ id: text, uses: toy.compute, with: { text: t } }] }
  - { id: open, uses: toy.compute, with: { text: '\${{ has(steps.text.outputs) ? "yes" : "no" }}' } }
`
    const made = await plan(text)
    expect(stepOf(made, 'no')).toMatchObject({ decision: 'skip' })
    expect(made.steps.find(({ id }) => id === 'inner')).toBeUndefined()
    expect(stepOf(made, 'told')).toMatchObject({ fidelity: 'exact', outputs: { text: '<no>' } })
    expect(stepOf(made, 'maybe').condition).toContain('steps.hsm.outputs.hsmId == "x"')
    expect(stepOf(made, 'open')).toMatchObject({ fidelity: 'estimated', waitsFor: ['maybe'] })
    expect(stepOf(made, 'open').outputs).toBeUndefined()
  })

  it('knows the items of a list that is known, and says where one is not', async () => {
    site.world.lists.set('l', ['a', 'b'])
    const list = '{ id: list, uses: toy.list-names, target: world, with: { list: l } }'
    const each = `{ id: each, forEach: { in: '\${{ steps.list.outputs.names }}', as: name }, steps: [${seat('c', "'${{ name }}'")}] }`
    const known = await plan(`  - ${list}\n  - ${each}`)
    expect(known.steps.map(({ id }) => id)).toEqual(['list', 'each', 'c[a]', 'c[b]'])
    const later = await plan(
      `  - { id: hsm, uses: toy.create-hsm, target: world, with: { address: a } }\n  - ${list}\n  - ${each}`,
    )
    expect(stepOf(later, 'each')).toMatchObject({ fidelity: 'estimated', waitsFor: ['list'] })
    expect(stepOf(later, 'c[…]')).toMatchObject({ fidelity: 'estimated' })
  })

  it('waits where a step only waits, and knows what it sees once that holds', async () => {
    const wait = (until: string) => plan(`  - ${look('go', `, wait: { until: '\${{ outputs.value >= ${until} }}' }`)}`)
    expect(stepOf(await wait('1'), 'go')).toMatchObject({ decision: 'wait' })
    expect(stepOf(await wait('1'), 'go').outputs).toBeUndefined()
    expect(stepOf(await wait('0'), 'go')).toMatchObject({ decision: 'look', outputs: { value: 0 } })
    const set = await plan(
      '  - { id: go, uses: toy.set-setting, target: world, with: { name: s, value: 1 }, wait: {} }',
    )
    expect(stepOf(set, 'go')).toMatchObject({ decision: 'wait' })
    expect(stepOf(set, 'go').before).toBeUndefined()
  })

  it('is stale where another way would be taken, or other items be done', async () => {
    const state = await openStateFolder(`${site.folder}/state`)
    const runbook = await loadToy(`
  - ${look('read')}
  - { id: list, uses: toy.list-names, target: world, with: { list: l } }
  - ${seat('a', 'a', ", when: '${{ steps.read.outputs.value == 0 }}'")}
  - { id: each, forEach: { in: '\${{ steps.list.outputs.names }}' }, steps: [${seat('c', "'${{ item }}'")}] }
`)
    site.world.lists.set('l', ['a', 'b'])
    const reviewed = await planAt(site, runbook)
    await refuseStale(reviewed, await planAt(site, runbook), state)
    site.world.settings.set('s', 1)
    await expect(refuseStale(reviewed, await planAt(site, runbook), state)).rejects.toThrow(
      '`a` would `skip`, and was reviewed as `make`',
    )
    site.world.settings.set('s', 0)
    site.world.lists.set('l', ['a'])
    await expect(refuseStale(reviewed, await planAt(site, runbook), state)).rejects.toThrow(
      '`c[b]`, which was reviewed, is not there any more',
    )
  })
})
