import { expect, it } from 'vitest'
import { displayWidth } from '../../../../engine/diagnostics/display-width.ts'
import { frame, type Size } from '../../../../engine/render/frame.ts'
import { LiveRun } from '../../../../engine/render/live-run.ts'
import { marksFor } from '../../../../engine/render/marks.ts'
import { painter } from '../../../../engine/render/paint.ts'
import type { RunEvent } from '../../../../engine/run/events.ts'
import { itemsKnown, keysOf, manyStarted, userBegins, userMade, userWaits } from './run-events.ts'

const wall = Date.parse('2026-11-22T13:55:00.000Z')
const soon = '2026-11-22T13:58:00.000Z'

/** Each event a second after the one before, and drawn a second after the last. */
function drawn(
  events: readonly RunEvent[],
  size: Size,
  env: NodeJS.ProcessEnv = { LANG: 'C.UTF-8' },
): readonly string[] {
  const live = new LiveRun()
  events.forEach((event, at) => live.take(event, 1000 * at))
  const now = 1000 * events.length
  const look = { paint: painter(false), marks: marksFor(env), offset: () => 3_600_000 }
  return frame(live, size, { now, wall, turn: 0 }, look, live.work.left(now))
}

const window = { title: 'Change 4711', zone: 'UTC', ends: 'window ends', short: false }
const inWindow = { ...manyStarted, window: { ...window, until: '2026-11-22T16:00:00.000Z' } } as RunEvent
const two = [
  ...[inWindow, itemsKnown(['alice', 'Åsa 東京', 'bob', 'carol'])],
  ...[
    ...userBegins('alice'),
    ...userBegins('Åsa 東京'),
    userWaits('Åsa 東京', soon),
    userMade('alice'),
    ...userBegins('bob'),
  ],
]
const many = [manyStarted, itemsKnown(keysOf(200)), ...keysOf(200).flatMap(userBegins)]

it('shows what runs, for how long, what it waits for until when, what is next, and how far the run is', () => {
  expect(drawn(two, { columns: 100, rows: 30 })).toEqual([
    '▸ 1.1 createUser[Åsa 東京]  Create the user  6 s',
    '    until 14:58 (in 3 min): the user is CREATING',
    '▸ 1.1 createUser[bob]  Create the user  2 s',
    '    applying, effect effect-bob',
    '· 2 finish  Look once more',
    '⠋ 1 of 5 done · 2 running · about 2 min left · window closes 17:00',
  ])
})

it('cuts titles, and of what it waits for the end, on a narrow terminal', () => {
  expect(drawn(two, { columns: 40, rows: 30 })).toEqual([
    '▸ 1.1 createUser[Åsa 東京]  Creat…  6 s',
    '    until 14:58 (in 3 min): the user i…',
    '▸ 1.1 createUser[bob]  Create the…  2 s',
    '    applying, effect effect-bob',
    '· 2 finish  Look once more',
    '⠋ 1/5 done · 2 running · ~2 min left',
  ])
})

it('keeps the number of what runs where nothing else has room', () => {
  expect(drawn(two, { columns: 16, rows: 4 })).toEqual(['  … and 2 more…', '⠋ 1/5 done'])
})

it('names those of 200 that run longest, and how many more there are', () => {
  expect(drawn(many, { columns: 60, rows: 9 })).toEqual([
    '▸ 1.1 createUser[user001]  Create the user  6 min 40 s',
    '▸ 1.1 createUser[user002]  Create the user  6 min 38 s',
    '▸ 1.1 createUser[user003]  Create the user  6 min 36 s',
    '▸ 1.1 createUser[user004]  Create the user  6 min 34 s',
    '▸ 1.1 createUser[user005]  Create the user  6 min 32 s',
    '  … and 195 more running',
    '⠋ 0 of 201 done · 200 running · about 30 s left',
  ])
})

it('shows plain ASCII where the terminal has no UTF-8', () => {
  const rows = drawn(
    two.filter((event) => !JSON.stringify(event).includes('%E6')),
    { columns: 60, rows: 20 },
    { LANG: 'C' },
  )
  expect(rows.join('\n')).toMatch(/^[ -~\n]*$/)
})

it.each([
  ...[1, 2, 5, 10, 19, 20, 39, 40, 79, 80, 132].map((columns) => ({ columns, rows: 24 })),
  ...[1, 2, 3, 4, 5, 8, 12, 13, 50].map((rows) => ({ columns: 80, rows })),
])('never fills a row, nor the terminal: $columns × $rows', (size) => {
  for (const events of [two, many]) {
    const rows = drawn(events, size)
    expect(Math.max(...rows.map((row) => displayWidth(row)))).toBeLessThanOrEqual(Math.max(1, size.columns - 1))
    expect(rows.length).toBeLessThan(Math.max(2, size.rows))
  }
})

it('says when a window closes too soon before what may be left out', () => {
  const short: RunEvent = { type: 'window-short', until: '2026-11-22T13:56:00.000Z', remainingMs: 120_000 }
  expect(drawn([...two, short], { columns: 50, rows: 20 }).at(-1)).toBe(
    '⠋ 1/5 done · 2 running · window closes 14:56:00',
  )
})

it('leaves out how long from now where a sandbox has a clock of its own', () => {
  const sandbox = { ...manyStarted, environment: { name: 'lab', kind: 'sandbox' } } as RunEvent
  const rows = drawn([sandbox, itemsKnown(['a']), ...userBegins('a'), userWaits('a', soon)], { columns: 80, rows: 20 })
  expect(rows[1]).toBe('    until 14:58: the user is CREATING')
})

it('says what is not known', () => {
  expect(drawn([manyStarted, ...userBegins('a')], { columns: 80, rows: 20 }).at(-1)).toBe(
    '⠋ 0 of 1+ done · 1 running · at least 30 s left',
  )
})
