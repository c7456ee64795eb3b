import { beforeAll, describe, expect, it } from 'vitest'
import type { Runbook } from '../../engine/document/runbook.ts'
import { type Ending, newStage, play, playOver, type Stage } from './play.ts'
import { loadToy } from './toys/load-toy.ts'

const steps = `
  - { id: setting, uses: toy.set-setting, target: world, with: { name: s, value: 2 } }
  - id: key
    uses: toy.make-key-pair
    target: world
    with: { label: root }
    approval: { role: key-custodian, count: 2 }
    pointOfNoReturn: The key exists
  - { id: hsm, uses: toy.create-hsm, target: world, with: { address: 10.0.0.5 } }
  - { id: order, uses: toy.order-item, target: world, with: { item: "\${{ steps.hsm.outputs.hsmId }}" } }
  - { id: name, uses: toy.reserve-name, target: world, with: { name: a } }
  - { id: letter, uses: toy.send-letter, target: world, with: { to: "\${{ steps.order.outputs.order }}" } }
  - { id: back, uses: toy.set-setting, target: world, with: { name: s, value: 1 } }
`
const rest = `outputs:
  key: \${{ steps.key.outputs.keyId }}
  hsm: \${{ steps.hsm.outputs.hsmId }}
  receipt: \${{ steps.letter.outputs.receipt }}
`
const once = [
  'GenerateKeyPair root',
  'CreateHsm 10.0.0.5',
  'PlaceOrder hsm-1',
  'ReserveName a',
  'SendLetter order-of-hsm-1-1',
]

/** Shorter than, and longer than, what the toy service remembers a token. */
const shortMs = 1_000
const longMs = 60 * 60_000

let runbook: Runbook
let undisturbed: { readonly outputs: unknown; readonly points: readonly string[] }

const prepared = (): Stage => newStage((world) => world.settings.set('s', 1))

beforeAll(async () => {
  runbook = await loadToy(steps, { rest })
  const stage = prepared()
  const ending = await play(runbook, stage)
  if (ending.how !== 'done') throw new Error('it did not come to its end', { cause: ending })
  expect(stage.world.ledger).toEqual(once)
  undisturbed = { outputs: ending.outputs, points: ending.host.points }
})

/** Where the effect may have happened and nothing durable tells: only there may a run end in doubt. */
function blindPoints(step: string): ReadonlySet<string> {
  const { points } = undisturbed
  const from = points.indexOf(`after record step/${step}/started`)
  const to = points.indexOf(`before record step/${step}/answered/0`)
  expect(from).toBeGreaterThan(0)
  return new Set(points.slice(from, to + 1))
}

function expectHonest(ending: Ending, stage: Stage): 'done' | 'in doubt' {
  const { ledger } = stage.world
  expect(new Set(ledger).size).toBe(ledger.length) // nothing was ever done twice
  if (ending.how === 'done') {
    expect(ledger).toEqual(once)
    expect(ending.outputs).toEqual(undisturbed.outputs)
    expect(stage.world.settings.get('s')).toBe(1)
    expect(stage.machine.value('step/setting/started')).toMatchObject({ before: 1 })
    return 'done'
  }
  expect(ending).toMatchObject({ how: 'stopped', error: { reason: 'in-doubt' } })
  return 'in doubt'
}

describe('a run whose power is lost once', () => {
  it('does every once-only effect exactly once, or stops in doubt where nobody can see', async () => {
    const doubtful: string[] = []
    for (const [crashAt, point] of undisturbed.points.entries()) {
      const stage = prepared()
      if (expectHonest(await playOver(runbook, stage, [crashAt], shortMs), stage) === 'in doubt') doubtful.push(point)
    }
    expect(doubtful).toEqual([...blindPoints('letter')])
    expect(undisturbed.points.length).toBeGreaterThan(80)
  })

  it('stops in doubt as well where the service has forgotten the token meanwhile', async () => {
    const doubtful: string[] = []
    for (const [crashAt, point] of undisturbed.points.entries()) {
      const stage = prepared()
      if (expectHonest(await playOver(runbook, stage, [crashAt], longMs), stage) === 'in doubt') doubtful.push(point)
    }
    expect(doubtful).toEqual([...blindPoints('order'), ...blindPoints('letter')])
  })

  it('asks no approval and no confirmation twice that was given', async () => {
    const asked = (at: string) => undisturbed.points.indexOf(at)
    for (const crashAt of undisturbed.points.keys()) {
      const stage = prepared()
      const first = await play(runbook, stage, { crashAt })
      const second = await play(runbook, stage)
      const kinds = [...first.host.asked, ...second.host.asked].map(({ kind }) => kind)
      const lost = (from: number, to: string): number => (crashAt >= from && crashAt <= asked(to) ? 1 : 0)
      const words = ['before record step/key/approval/0/given/0', 'before record step/key/approval/0/given/1'].map(
        asked,
      )
      const approvals = [...first.host.asked, ...second.host.asked].flatMap((each) =>
        each.kind === 'approval' ? [each] : [],
      )
      expect(approvals).toHaveLength(
        words.length + words.filter((at) => crashAt >= at - 2 && crashAt <= at).length, // from asking to keeping the word
      )
      expect(kinds.filter((kind) => kind === 'confirmation')).toHaveLength(
        1 + lost(asked('before confirmation'), 'before record step/key/confirmed'),
      )
      expect(new Set(approvals.map(({ text }) => text)).size).toBe(1) // the very same text
    }
  })
})
