import { describe, expect, it } from 'vitest'
import { newStage, play } from '../../../crash/play.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import type { ErrorCode } from '../../../../engine/step/errors.ts'

const name = (more = '') => `  - { id: name, uses: toy.reserve-name, target: world, with: { name: a }${more} }`
const before = (code: ErrorCode) => ({ code, committed: false, outcomeUnknown: false })

async function failing(operation: string, code: ErrorCode, times: number, more = '') {
  const requests: string[] = []
  const stage = newStage((world) => {
    for (let n = 0; n < times; n += 1) world.plan(operation, before(code))
    world.onRequest = (each) => requests.push(each)
  })
  const ending = await play(await loadToy(name(more)), stage)
  return { ending, stage, sent: requests.filter((each) => each === operation).length, requests }
}

describe('a failed request', () => {
  it('is tried again where the service asks for that, six times', async () => {
    for (const code of ['transient', 'throttled'] as const) {
      expect(await failing('ReserveName', code, 6)).toMatchObject({ ending: { how: 'done' }, sent: 7 })
      expect(await failing('ReserveName', code, 7)).toMatchObject({ ending: { error: { error: { code } } }, sent: 7 })
    }
  })

  it('is not tried again for any other reason', async () => {
    for (const code of ['denied', 'invalid', 'not-found', 'in-use', 'device', 'session', 'timeout', 'bug'] as const)
      expect(await failing('ReserveName', code, 1)).toMatchObject({
        ending: { how: 'stopped', error: { name: 'StepFailed', error: { code } } },
        sent: 1,
      })
  })

  it('needs a person where trying again could lock something, or something else is there', async () => {
    for (const code of ['authentication', 'conflict'] as const)
      expect(await failing('ReserveName', code, 1)).toMatchObject({
        ending: { error: { name: 'NeedsPerson', reason: code } },
        sent: 1,
      })
  })

  it('is tried again for the codes, and as often, as the runbook says', async () => {
    const more = ', retry: { on: [device], times: 2 }'
    expect(await failing('ReserveName', 'device', 2, more)).toMatchObject({ ending: { how: 'done' }, sent: 3 })
    expect(await failing('ReserveName', 'device', 3, more)).toMatchObject({ ending: { how: 'stopped' }, sent: 3 })
    expect(await failing('ReserveName', 'throttled', 1, more)).toMatchObject({ ending: { how: 'stopped' }, sent: 1 })
  })

  it('pauses twice as long each time', async () => {
    const { ending } = await failing('ReserveName', 'throttled', 6)
    const at = ending.host.events.flatMap((event) => (event.type === 'step-retrying' ? [Date.parse(event.at)] : []))
    expect(at.map((each, n) => each - (at[n - 1] ?? Date.UTC(2026, 10, 22, 13)))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000,
    ])
  })

  it('outlasts a Region that is away for ten minutes with 40 tries, and not with six', async () => {
    const away = async (more: string) => {
      const stage = newStage((world) => {
        const until = world.now() + 10 * 60_000
        world.onRequest = (each) => {
          if (each === 'ReserveName' && world.now() < until) world.plan(each, before('transient'))
        }
      })
      return (await play(await loadToy(name(more)), stage)).how
    }
    expect(await away(', retry: { on: [transient, throttled], times: 40 }')).toBe('done')
    expect(await away('')).toBe('stopped')
  })

  it('leaves each failure in the journal', async () => {
    const { stage } = await failing('ReserveName', 'throttled', 2)
    expect(stage.machine.value('step/name/failed/1')).toMatchObject({ code: 'throttled', untouched: true })
    expect(stage.machine.value('step/name/failed/2')).toBeUndefined()
  })

  it('is looked at before it is sent again', async () => {
    const { requests } = await failing('ReserveName', 'transient', 1)
    expect(requests).toEqual(['FindName', 'ReserveName', 'FindName', 'ReserveName', 'FindName'])
  })

  it('is not sent again when the look finds what it did', async () => {
    const stage = newStage((world) =>
      world.plan('ReserveName', { code: 'transient', committed: true, outcomeUnknown: true }),
    )
    expect((await play(await loadToy(name()), stage)).how).toBe('done')
    expect(stage.world.ledger).toEqual(['ReserveName a'])
  })
})

describe('a failed look', () => {
  it('is tried again like a request, and denied is not', async () => {
    expect(await failing('FindName', 'throttled', 6)).toMatchObject({ ending: { how: 'done' }, sent: 8 })
    expect(await failing('FindName', 'throttled', 7)).toMatchObject({ ending: { how: 'stopped' }, sent: 7 })
    expect(await failing('FindName', 'denied', 1)).toMatchObject({ ending: { how: 'stopped' }, sent: 1 })
  })
})
