import { expect, it } from 'vitest'
import { painter } from '../../../../engine/render/paint.ts'
import { renderRehearsal, type ShownRehearsal } from '../../../../engine/render/render-rehearsal.ts'

const report: ShownRehearsal = {
  outputs: { keyId: 'ab' },
  artifacts: '/state/runs/r/artifacts',
  folder: '/state/rehearsals/r',
  expectations: [{ title: 'the chain verifies', held: true }],
  notRehearsed: ['people: their PINs'],
  serviceTimeMs: 7_500_000,
  realTimeMs: 2_000,
}

it('shows outputs, where they are, what held, what was not rehearsed, and the time that was skipped', () => {
  expect(renderRehearsal(report, painter(false))).toBe(`keyId: ab

artifacts  /state/runs/r/artifacts
sandbox    /state/rehearsals/r

Expected
  ✔ the chain verifies

Not rehearsed
  - people: their PINs

rehearsed against simulators in 2.0 s; the services would have taken about 2 h 5 min
`)
})

it('says nothing of expectations and outputs where there are none', () => {
  const text = renderRehearsal({ ...report, outputs: {}, expectations: [] }, painter(false))
  expect(text.startsWith('artifacts')).toBe(true)
  expect(text).not.toContain('Expected')
})
