import { expect, it } from 'vitest'
import { RunProgress } from '../../../../engine/render/run-progress.ts'
import type { RunEvent } from '../../../../engine/run/events.ts'
import { effectId, keyMade, signAsks, signBegun, signWaits, started } from './run-events.ts'

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
