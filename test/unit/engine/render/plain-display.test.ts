import { expect, it } from 'vitest'
import { painter } from '../../../../engine/render/paint.ts'
import { plainDisplay } from '../../../../engine/render/plain-display.ts'
import type { RunEvent } from '../../../../engine/run/events.ts'
import {
  itemsKnown,
  keyMade,
  keysOf,
  manyStarted,
  signAsks,
  signBegun,
  signWaits,
  started,
  userBegins,
  userMade,
  userWaits,
} from './run-events.ts'

function shown(...events: readonly RunEvent[]): string {
  let text = ''
  let now = 0
  const display = plainDisplay(
    (written) => (text += written),
    painter(false),
    () => (now += 200),
  )
  for (const event of events) display.show(event)
  return text
}

it('shows a header, then one line a change', () => {
  expect(shown(started, ...keyMade)).toBe(
    `runbook      portable-root: Build a root
environment  lab (sandbox)
run          20261122-135012-k7m2q
state        /state
1 rootKey: Generate the key
1 rootKey: applying, effect \`20261122-135012-k7m2q.abcdef\`
1 rootKey: done (made, 0.2 s)
`,
  )
})

it('shows a wait that goes on once', () => {
  expect(shown(...signBegun, signWaits, signWaits).match(/waiting/g)).toHaveLength(1)
})

it('says who has to approve', () => {
  expect(shown(signAsks)).toBe('2 signRoot: needs approval by 2 of role `key-custodian`\n')
})

it('says how long each of many took that ran at the same time', () => {
  const keys = keysOf(3)
  const text = shown(manyStarted, itemsKnown(keys), ...keys.flatMap(userBegins), ...keys.map(userMade))
  expect(text.split('\n').slice(4)).toEqual([
    '1 users: 3 items',
    ...keys.flatMap((key) => [
      `1.1 createUser[${key}]: Create the user`,
      `1.1 createUser[${key}]: applying, effect \`effect-${key}\``,
    ]),
    ...keys.map((key) => `1.1 createUser[${key}]: done (made, 0.6 s)`),
    '',
  ])
})

it('shows the wait of each of many once, however they take turns', () => {
  const until = '2026-11-22T14:00:00.000Z'
  const waits = keysOf(3).map((key) => userWaits(key, until))
  expect(shown(...keysOf(3).flatMap(userBegins), ...waits, ...waits).match(/waiting/g)).toHaveLength(3)
})

it('shows blocks, what is skipped, why something failed, and what is taken back', () => {
  const step = { id: 'users', number: '1', title: 'Each user' }
  const events: readonly RunEvent[] = [
    { type: 'block-started', step },
    { type: 'step-skipped', step: { ...step, id: 'publish', number: '1.1' } },
    { type: 'block-ended', step },
    {
      type: 'step-failed',
      step: { ...step, id: 'late', number: '2' },
      code: 'timeout',
      message: 'two\nlines\u001b[31m',
    },
    { type: 'undo-started', step },
    { type: 'undo-ended', step, how: 'undone' },
  ]
  expect(shown(...events)).toBe(`1 users: Each user
1.1 publish: skipped, its condition does not hold
1 users: done (all in it, 0.2 s)
2 late: failed (\`timeout\`): two lines\\x1b[31m
1 users: taking it back
1 users: taken back
`)
})

it('shows the window, and that it is too short', () => {
  const window = {
    title: 'Change 4711',
    until: '2026-11-29T03:00:00Z',
    zone: 'Europe/Berlin',
    ends: 'it ends',
    short: true,
  }
  expect(shown({ ...started, window } as RunEvent)).toContain(
    'window       Change 4711, until 2026-11-29 04:00 Europe/Berlin (03:00 UTC), sooner than what is ahead typically takes\n',
  )
})
