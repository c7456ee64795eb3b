import { describe, expect, it } from 'vitest'
import { sourceFile } from '../../../../engine/diagnostics/source-file.ts'
import { loadEnvironment } from '../../../../engine/document/load-environment.ts'
import { windowLengths } from '../../../../engine/environment/window-lengths.ts'
import type { RunEvent } from '../../../../engine/run/events.ts'
import { neededWindow } from '../../../../engine/sandbox/needed-window.ts'
import { WallClock, type WallTime } from '../../../../engine/sandbox/wall-time.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import { toyFamily } from '../../../crash/toys/toy-family.ts'

const minute = 60_000
const hour = 60 * minute
const step = (id: string) => ({ id, number: '1', title: id })

type Happening = readonly [afterMinutes: number, event: RunEvent]

const begins = (id: string, uses = 'toy.x'): RunEvent => ({ type: 'step-started', step: step(id), uses })
const ends = (id: string): RunEvent => ({ type: 'step-succeeded', step: step(id), how: 'made', outputs: {} })
const waits = (id: string, people?: readonly string[]): RunEvent => ({
  ...{ type: 'step-waiting', step: step(id), what: 'w', until: '' },
  ...(people === undefined ? {} : { people }),
})
const asks = (id: string): RunEvent => ({
  type: 'person-needed',
  request: { kind: 'confirmation', step: step(id), reason: 'r', word: 'w' },
})
const answered = (id: string): RunEvent => ({
  ...{ type: 'person-answered', step: step(id), kind: 'confirmation', by: [] },
})

/** What comes of events, each so many minutes behind the one before. */
function timeOf(happenings: readonly Happening[], afterMinutes = 0): WallTime {
  let now = 1_000_000
  const wall = new WallClock(() => now)
  for (const [after, event] of happenings) {
    now += after * minute
    wall.take(event)
  }
  return wall.wallTime(now + afterMinutes * minute)
}

describe('the wall time of a rehearsal', () => {
  it('is of services, but for what only the runbook or people wait', () => {
    const time = timeOf([
      [1, begins('hsm')],
      [0, waits('hsm')],
      [11, ends('hsm')],
      [0, begins('pause', 'wait')],
      [5, ends('pause')],
      [0, begins('quorum')],
      [2, waits('quorum', ['alice'])],
      [8, ends('quorum')],
      [0, begins('sign')],
      [0, asks('sign')],
      [3, answered('sign')],
      [1, ends('sign')],
    ])
    expect(time).toMatchObject({ servicesMs: 15 * minute, waitsMs: 5 * minute, peopleMs: 11 * minute })
    expect(time.wholeMs).toBe(31 * minute)
    expect(time.longest.map(({ step: { id }, tookMs }) => [id, tookMs / minute])).toEqual([
      ['hsm', 11],
      ['quorum', 10],
      ['pause', 5],
      ['sign', 4],
    ])
  })

  it('is of a service wherever one works beside', () => {
    const time = timeOf([
      [0, begins('quorum')],
      [0, waits('quorum', ['alice'])],
      [0, begins('pause', 'wait')],
      [2, begins('hsm')],
      [3, ends('hsm')],
      [4, ends('pause')],
      [5, ends('quorum')],
    ])
    expect(time).toMatchObject({ waitsMs: 6 * minute, servicesMs: 3 * minute, peopleMs: 5 * minute })
  })

  it('counts what a simulator moved the clock by in the last request', () => {
    expect(
      timeOf(
        [
          [0, begins('hsm')],
          [1, ends('hsm')],
        ],
        9,
      ),
    ).toMatchObject({ servicesMs: 10 * minute, wholeMs: 10 * minute })
  })

  it('names the five longest steps, and none that took no time', () => {
    const many = ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((id, at): Happening[] => [
      [0, begins(id)],
      [at, ends(id)],
    ])
    expect(timeOf(many).longest.map(({ step: { id } }) => id)).toEqual(['f', 'e', 'd', 'c', 'b'])
    expect(
      timeOf([
        [0, begins('a')],
        [0, ends('a')],
      ]).longest,
    ).toEqual([])
  })
})

async function environmentWith(windows: string) {
  const text = `environment: hq\nformat: 1\nkind: test\nbindings: {}\n${windows}`
  const { environment, diagnostics } = await loadEnvironment(sourceFile('/hq.yaml', text), [toyFamily])
  if (environment === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return environment
}

describe('the window that it needs', () => {
  const time: WallTime = { ...{ wholeMs: 0, servicesMs: hour, waitsMs: 5 * minute, peopleMs: hour }, longest: [] }

  it('has room for services, waits and what is done by hand, as the runbook estimates', async () => {
    const runbook = await loadToy(`
  - { id: plug, manual: { do: Plug it in }, estimate: 20m }
  - { id: look, manual: { do: Look at it } }
  - { id: key, uses: toy.make-key-pair, target: world, with: { label: r }, estimate: 3h }
`)
    expect(await neededWindow(runbook, time, undefined)).toEqual({ neededMs: 85 * minute, byHandMs: 20 * minute })
    const environment = await environmentWith(`windows:
  - { from: '2099-01-01T00:00', to: '2099-01-01T03:00', zone: UTC, title: Change 4711 }
  - { weekly: [sat], from: '23:30', to: '00:30', zone: UTC }
  - { from: '2020-01-01T00:00', to: '2020-01-01T03:00', zone: UTC }
`)
    expect((await neededWindow(runbook, time, environment)).against).toEqual({
      environment: 'hq',
      windows: [
        { window: 'Change 4711', lengthMs: 3 * hour, fits: true, shortMs: 0 },
        { window: 'sat 23:30 to 00:30 UTC', lengthMs: hour, fits: false, shortMs: 25 * minute },
        { window: '2020-01-01T00:00 to 2020-01-01T03:00 UTC', lengthMs: null, fits: false, shortMs: 85 * minute },
      ],
    })
    expect((await neededWindow(runbook, time, await environmentWith(''))).against?.windows).toEqual([])
  })

  it('is held against the shortest night of a weekly one', async () => {
    const { windows } = await environmentWith(`windows:
  - { weekly: [sat], from: '22:00', to: '04:00', zone: Europe/Berlin }
`)
    const [length] = await windowLengths({ windows }, Date.UTC(2026, 5, 1))
    expect(length?.lengthMs).toBe(5 * hour) // clocks go forward in one of them
  })
})
