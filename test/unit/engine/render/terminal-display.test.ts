import { expect, it } from 'vitest'
import { marksFor } from '../../../../engine/render/marks.ts'
import { painter } from '../../../../engine/render/paint.ts'
import { terminalDisplay } from '../../../../engine/render/terminal-display.ts'
import type { RunEvent } from '../../../../engine/run/events.ts'
import { keyMade, signAsks, signBegun, started } from './run-events.ts'

function recorded() {
  const acts: string[] = []
  const lines = (act: string, text: string) => acts.push(`${act} ${text.trimEnd().split('\n').at(-1) ?? ''}`)
  const display = terminalDisplay({
    write: (text) => lines('write', text),
    ...{ paint: painter(false), marks: marksFor({ LANG: 'C.UTF-8' }) },
    draw: () => {
      acts.push('draw')
      return { keep: (text) => lines('keep', text), wipe: () => acts.push('wipe') }
    },
    columns: () => 80,
    ...{ now: () => 0, wall: () => 0 },
  })
  return { acts, display }
}

const made = '✔ 1 rootKey  Generate the key  made, 0.0 s'
const other = { id: 'other', number: '3', title: 'Another branch' }
const asksToConfirm: RunEvent = {
  type: 'person-needed',
  request: {
    kind: 'confirmation',
    step: { id: 'signRoot', number: '2', title: 'Sign the root' },
    reason: 'final',
    word: 'w',
  },
}
const answered: RunEvent = { type: 'person-answered', step: asksToConfirm.request.step, kind: 'confirmation', by: [] }

it('keeps what is done as lines above the drawing, which gives way to a question', () => {
  const { acts, display } = recorded()
  for (const event of [started, ...keyMade, signAsks]) display.show(event)
  expect(acts.slice(1)).toEqual([
    'draw',
    `keep ${made}`,
    'wipe',
    'write 2 signRoot: needs approval by 2 of role `key-custodian`',
  ])
})

it('draws nothing over a question while other branches go on, and shows what ended meanwhile after the answer', () => {
  const { acts, display } = recorded()
  const otherEnds: readonly RunEvent[] = [
    { type: 'step-started', step: other, uses: 'file.write' },
    { type: 'step-succeeded', step: other, how: 'made', outputs: {} },
  ]
  for (const event of [started, ...signBegun, asksToConfirm, ...otherEnds]) display.show(event)
  expect(acts.at(-1)).toMatch(/point of no return/)
  acts.length = 0
  display.show(answered)
  expect(acts).toEqual(['write ✔ 3 other  Another branch  made, 0.0 s', 'write 2 signRoot: confirmed'])
})

it('goes on drawing where the answer comes from elsewhere', () => {
  const { acts, display } = recorded()
  const production: RunEvent = { ...started, environment: { name: 'hq', kind: 'production' } } as RunEvent
  for (const event of [production, ...signBegun, signAsks]) display.show(event)
  expect(acts).not.toContain('wipe')
})

it('leaves the terminal without a drawing when it is closed, and loses no line', () => {
  const { acts, display } = recorded()
  for (const event of [started, ...signBegun, asksToConfirm, ...keyMade]) display.show(event)
  display.close()
  display.close()
  expect(acts.filter((act) => act === 'wipe')).toHaveLength(1)
  expect(acts.at(-1)).toBe(`write ${made}`)
})

it('says of a stop what it waits for, above the drawing', () => {
  const { acts, display } = recorded()
  for (const event of [started, ...signBegun]) display.show(event)
  display.show({ type: 'stop-requested', safePoint: 'after 2 signRoot' })
  expect(acts.at(-1)).toBe('keep stopping after 2 signRoot; again to end at once, and cut off what runs')
})

it('says of a stop at once, also while a person is asked', () => {
  const { acts, display } = recorded()
  for (const event of [started, ...signBegun, asksToConfirm]) display.show(event)
  display.show({ type: 'stop-requested', safePoint: 'after 2 signRoot' })
  expect(acts.at(-1)).toBe('write stopping after 2 signRoot; again to end at once, and cut off what runs')
})
