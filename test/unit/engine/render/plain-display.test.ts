import { expect, it } from 'vitest'
import { painter } from '../../../../engine/render/paint.ts'
import { plainDisplay } from '../../../../engine/render/plain-display.ts'
import type { RunEvent } from '../../../../engine/run/events.ts'
import { keyMade, signAsks, signBegun, signWaits, started } from './run-events.ts'

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
