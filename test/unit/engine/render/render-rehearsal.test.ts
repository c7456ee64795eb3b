import { expect, it } from 'vitest'
import { painter } from '../../../../engine/render/paint.ts'
import { renderRehearsal, type ShownRehearsal } from '../../../../engine/render/render-rehearsal.ts'

const hour = 3_600_000
const report: ShownRehearsal = {
  outputs: { keyId: 'ab' },
  artifacts: '/state/runs/r/artifacts',
  folder: '/state/rehearsals/r',
  expectations: [{ title: 'the chain verifies', held: true }],
  notRehearsed: ['people: their PINs'],
  realTimeMs: 2_000,
  wallTime: {
    ...{ servicesMs: 2 * hour, waitsMs: 300_000, peopleMs: 480_000 },
    longest: [
      { step: { number: '4', id: 'createHsm' }, tookMs: hour },
      { step: { number: '7.1', id: 'backup[eu]' }, tookMs: 600_000 },
    ],
  },
  window: { neededMs: 2 * hour + 1_500_000, byHandMs: 1_200_000 },
}

it('shows outputs, where they are, what held, where the time goes, and what was not rehearsed', () => {
  expect(renderRehearsal(report, painter(false))).toBe(`keyId: ab

artifacts  /state/runs/r/artifacts
sandbox    /state/rehearsals/r

Expected
  ✔ the chain verifies

Time
  rehearsed  in 2.0 s, against simulators
  services   2 h by the sandbox's clock: what is simulated to take time, and this program
  waits      5 min that the runbook waits
  by hand    20 min, as the runbook estimates it
  people     not counted: 8 min of waiting for simulated ones
  approvals  not counted: a rehearsal answers them at once
  longest    4 createHsm, 1 h
             7.1 backup[eu], 10 min
  window     2 h 25 min at least, and what people take on top

Not rehearsed
  - people: their PINs
`)
})

it('says of each window whether it is long enough', () => {
  const windows = [
    { window: 'Change 4711', lengthMs: 4 * hour, fits: true },
    { window: 'sat 22:00 to 23:00 UTC', lengthMs: hour, fits: false },
    { window: 'last year', lengthMs: null, fits: false },
  ]
  const against = (shown: typeof windows): ShownRehearsal => ({
    ...report,
    window: { ...report.window, against: { environment: 'hq', windows: shown } },
  })
  expect(renderRehearsal(against(windows), painter(false))).toContain(`
  window     Change 4711 (4 h): fits, 1 h 35 min are left for people
             sat 22:00 to 23:00 UTC (1 h): too short by 1 h 25 min
             last year: it is over
`)
  expect(renderRehearsal(against([]), painter(false))).toContain(
    '2 h 25 min; environment hq has no windows: changes are always allowed\n',
  )
})

it('says nothing of what there is none of', () => {
  const wallTime = { servicesMs: 4_000, waitsMs: 0, peopleMs: 20, longest: [] }
  const window = { neededMs: 4_000, byHandMs: 0 }
  const text = renderRehearsal({ ...report, outputs: {}, expectations: [], wallTime, window }, painter(false))
  expect(text.startsWith('artifacts')).toBe(true)
  for (const word of ['Expected', 'waits', 'by hand', 'longest', 'people     ']) expect(text).not.toContain(word)
})
