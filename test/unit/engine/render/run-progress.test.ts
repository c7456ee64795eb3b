import { expect, it } from 'vitest'
import { RunProgress } from '../../../../engine/render/run-progress.ts'
import type { RunEvent } from '../../../../engine/run/events.ts'
import {
  effectId,
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

function progressAfter(...events: readonly RunEvent[]): RunProgress {
  const progress = new RunProgress()
  for (const event of events) progress.show(event)
  return progress
}

it('names what is done and what is not by position and id', () => {
  const progress = progressAfter(started, ...keyMade)
  expect(progress.done()).toEqual(['1 rootKey (made)'])
  expect(progress.notDone()).toEqual(['2 signRoot'])
})

it('names the effect of a step that was begun', () => {
  expect(progressAfter(started, ...keyMade, ...signBegun).notDone()).toEqual([
    `2 signRoot (begun, effect \`${effectId}\`)`,
  ])
})

it('knows the run', () => {
  expect(progressAfter().runId).toBeUndefined()
  expect(progressAfter(started).runId).toBe('20261122-135012-k7m2q')
})

it.each<[string, readonly RunEvent[], string]>([
  ['nothing began', [started], 'before the first step'],
  ['a step applies', [started, ...keyMade, ...signBegun], 'after 2 signRoot'],
  ['a step waits', [started, ...signBegun, signWaits], 'at once, in 2 signRoot'],
  ['a person is asked', [started, signAsks], 'at once, in 2 signRoot'],
])('names the safe point when %s', (_, events, safePoint) => {
  expect(progressAfter(...events).safePoint()).toBe(safePoint)
})

const keys = keysOf(200)
const until = '2026-11-22T14:00:00.000Z'
const manyBegun = [manyStarted, itemsKnown(keys), ...keys.flatMap(userBegins)]

it('says how many of 200 items are done, names those that were begun, and says how many more there are', () => {
  const progress = progressAfter(...manyBegun, ...keys.slice(0, 188).map(userMade))
  expect(progress.done()).toEqual(['1.1 createUser: 188 items (made)'])
  expect(progress.notDone()).toEqual([
    ...keys.slice(188, 196).map((key) => `1.1 createUser[${key}] (begun, effect \`effect-${key}\`)`),
    'and 4 more',
    '2 finish',
  ])
})

it('names a few items', () => {
  const progress = progressAfter(manyStarted, itemsKnown(['åsa', 'bob']), ...userBegins('åsa'), userMade('åsa'))
  expect(progress.done()).toEqual(['1.1 createUser[åsa] (made)'])
  expect(progress.notDone()).toEqual(['1.1 createUser: 1 item', '2 finish'])
})

it('names the steps that a stop waits for, and no more than three', () => {
  const waiting = keys.slice(5).map((key) => userWaits(key, until))
  expect(progressAfter(...manyBegun, ...waiting).safePoint()).toBe(
    'after 1.1 createUser[user001], 1.1 createUser[user002], 1.1 createUser[user003], and 2 more',
  )
  expect(progressAfter(...manyBegun, ...keys.map((key) => userWaits(key, until))).safePoint()).toBe(
    'at once, in 1.1 createUser[user001], 1.1 createUser[user002], 1.1 createUser[user003], and 197 more',
  )
})

it('leaves out of what is not done what was skipped, with all that is in it', () => {
  const progress = progressAfter(manyStarted, {
    type: 'step-skipped',
    step: { id: 'users', number: '1', title: 'Each user' },
  })
  expect(progress.done()).toEqual(['1 users (skipped)'])
  expect(progress.notDone()).toEqual(['2 finish'])
})

it('counts what was taken back as not done', () => {
  const step = { id: 'rootKey', number: '1', title: 'Generate the key' }
  const progress = progressAfter(
    started,
    ...keyMade,
    { type: 'undo-started', step },
    { type: 'undo-ended', step, how: 'undone' },
  )
  expect(progress.done()).toEqual([])
  expect(progress.notDone()).toEqual(['1 rootKey (taken back)', '2 signRoot'])
})

it('cuts a long list with a count', () => {
  const steps = Array.from({ length: 100 }, (_, at) => ({
    ...{ id: `s${at}`, number: String(at + 1), title: 'One', uses: 'file.write', estimateMs: 1 },
  }))
  const notDone = progressAfter({ ...started, steps } as RunEvent).notDone()
  expect([notDone.length, notDone.at(-1)]).toEqual([41, 'and 60 more'])
})
