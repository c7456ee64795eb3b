import { expect, it } from 'vitest'
import type { AskWindows } from '../../engine/environment/open-windows.ts'
import type { PersonRequest } from '../../engine/run/person-request.ts'
import type { ApprovalRequested } from '../../engine/run/records.ts'
import { cel, look, seat, set } from './entries.ts'
import { newStage, play } from './play.ts'
import { loadToy } from './toys/load-toy.ts'
import type { World } from './toys/world.ts'
import { agree } from './virtual-host.ts'

const gate = ', approval: { role: custodian, count: 1 }'
const letter = '{ id: l, uses: toy.send-letter, target: world, with: { to: eve } }'

const kinds = (asked: readonly PersonRequest[]) => asked.map(({ kind, step }) => `${kind} ${step.id}`)

it('asks for approval and confirmation also where the gate is found done', async () => {
  const runbook = await loadToy(`
  - ${set('s', 's', 1, gate)}
  - ${set('p', 's', 1, ', pointOfNoReturn: gone')}
  - ${letter}
`)
  const prepared = (world: World) => void world.settings.set('s', 1)
  const ending = await play(runbook, newStage(prepared))
  expect(ending).toMatchObject({ how: 'done' })
  expect(kinds(ending.host.asked)).toEqual(['approval s', 'confirmation p'])
  const stage = newStage(prepared)
  const reject = (request: PersonRequest) =>
    request.kind === 'approval'
      ? { ...{ decision: 'reject', by: 'bob', digest: request.digest }, how: 'unsigned', reason: 'no' }
      : agree(request)
  expect(await play(runbook, stage, { answer: reject })).toMatchObject({
    how: 'stopped',
    error: { reason: 'approval' },
  })
  expect(stage.world.ledger).toEqual([])
})

it('asks nobody about what is there and may not be taken', async () => {
  const runbook = await loadToy(`  - ${seat('a', 'a', gate)}`)
  const ending = await play(
    runbook,
    newStage((world) => void world.seats.set('a', 'run.step')),
  )
  expect(ending).toMatchObject({ how: 'stopped', error: { reason: 'refused' } })
  expect(ending.host.asked).toEqual([])
})

it('asks anew where a step in the same item is no longer what was approved', async () => {
  const runbook = await loadToy(
    `
  - id: regions
    forEach: { in: [eu, us] }
    steps:
      - ${seat('g', "'${{ item }}'", gate)}
      - id: each
        forEach: { in: [x], as: inner }
        steps: [${look('deep', 'z')}]
      - { id: l, uses: toy.send-letter, target: world, with: { to: ${cel('inputs.to')} } }
`,
    { inputs: '  to: { type: string, description: To }' },
  )
  const inputs = (to: string) => ({ inputs: { to } })
  const { points } = (await play(runbook, newStage(), inputs('eve'))).host
  const stage = newStage()
  await play(runbook, stage, { ...inputs('eve'), crashAt: points.indexOf('after record step/g[eu]/succeeded') })
  const ending = await play(runbook, stage, inputs('mallory'))
  expect(ending).toMatchObject({ how: 'done' })
  expect(kinds(ending.host.asked)).toEqual(['approval l[eu]', 'approval g[us]'])
})

it('looks ahead again at a point of no return that was confirmed and not begun', async () => {
  const runbook = await loadToy(`
  - { id: l, uses: toy.send-letter, target: world, with: { to: eve }, pointOfNoReturn: gone }
  - { id: n, uses: toy.reserve-name, target: world, with: { name: x } }
`)
  const { points } = (await play(runbook, newStage())).host
  const stage = newStage()
  await play(runbook, stage, { crashAt: points.indexOf('after record step/l/confirmed') })
  stage.world.names.set('x', 'other.y')
  const resumed = await play(runbook, stage)
  expect(resumed).toMatchObject({ how: 'stopped', error: { reason: 'conflict' } })
  expect(stage.world.ledger).toEqual([])
  stage.world.names.delete('x')
  const last = await play(runbook, stage)
  expect(last).toMatchObject({ how: 'done' })
  expect([...resumed.host.asked, ...last.host.asked]).toEqual([])
})

it('says in an approval what waits for it: not the other branches, and what comes behind the block', async () => {
  const runbook = await loadToy(`
  - id: p
    parallel:
      - { id: a, steps: [${seat('g', 'g', gate)}, ${seat('behind', 'behind')}] }
      - ${seat('beside', 'beside')}
      - { id: c, steps: [${seat('early', 'early')}, ${seat('h', 'h', gate)}, ${seat('late', 'late')}] }
    finally: [${look('cleanup', 's')}]
  - ${seat('after', 'after')}
  - ${seat('last', 'last', gate)}
  - ${seat('end', 'end')}
`)
  const ending = await play(runbook, newStage())
  const texts = Object.fromEntries(
    ending.host.asked.flatMap((request) =>
      request.kind === 'approval'
        ? [[request.step.id, [...request.text.matchAll(/^\S+ (\S+) \(toy/gm)].map(([, id]) => id)]]
        : [],
    ),
  )
  expect(texts).toEqual({
    g: ['g', 'behind', 'cleanup', 'after'],
    h: ['h', 'late', 'cleanup', 'after'],
    last: ['last', 'end'],
  })
  const { covers } = ending.host.recall('step/g/approval/0/requested') as unknown as ApprovalRequested // of `approve`
  expect(Object.keys(covers)).toEqual(['behind', 'cleanup', 'after'])
})

it('of an earlier gate covers what waits for it in one branch although another has a gate of its own', async () => {
  const runbook = await loadToy(`
  - ${seat('first', 'first', gate)}
  - { id: p, parallel: [${seat('h', 'h', gate)}, ${look('mid', 's')}, { id: l, uses: toy.send-letter, target: world, with: { to: eve } }] }
`)
  const ending = await play(runbook, newStage())
  const { covers } = ending.host.recall('step/first/approval/0/requested') as unknown as ApprovalRequested // of `approve`
  expect(Object.keys(covers)).toEqual(['mid', 'l'])
})

it('lets a step that only reads go on in a closed window', async () => {
  const closed: AskWindows = () => ({ open: false, why: 'closed', opensAt: undefined, title: undefined, zone: 'UTC' })
  const runbook = await loadToy(`
  - ${look('r', 's')}
  - { id: m, manual: { do: turn the key } }
`)
  const ending = await play(runbook, newStage(), { windows: closed })
  expect(ending).toMatchObject({ how: 'stopped', error: { reason: 'window', step: { id: 'm' } } })
})
