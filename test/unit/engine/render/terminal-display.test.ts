import { expect, it } from 'vitest'
import { painter } from '../../../../engine/render/paint.ts'
import { terminalDisplay } from '../../../../engine/render/terminal-display.ts'
import { keyMade, signAsks, signBegun, started } from './run-events.ts'

function recorded() {
  const acts: string[] = []
  const display = terminalDisplay({
    write: (text) => acts.push(`write ${text.trimEnd().split('\n').at(-1) ?? ''}`),
    paint: painter(false),
    draw: (titles) => {
      acts.push(`draw ${titles.length}`)
      return { say: (text) => acts.push(`say ${text}`), next: () => acts.push('next'), wipe: () => acts.push('wipe') }
    },
    now: () => 0,
  })
  return { acts, display }
}

it('wipes the drawing before a person is asked, and leaves what is done as lines', () => {
  const { acts, display } = recorded()
  for (const event of [started, ...keyMade, signAsks]) display.show(event)
  expect(acts.slice(1)).toEqual([
    'draw 2',
    'say ',
    'say applying, effect 20261122-135012-k7m2q.abcdef',
    'next',
    'wipe',
    'write ✔ 1 rootKey  Generate the key (made, 0.0 s)',
    'write 2 signRoot: needs approval by 2 of role `key-custodian`',
  ])
})

it('draws only what is ahead after the answer', () => {
  const { acts, display } = recorded()
  for (const event of [started, ...keyMade, signAsks, ...signBegun]) display.show(event)
  expect(acts.filter((act) => act.startsWith('draw'))).toEqual(['draw 2', 'draw 1'])
})

it('leaves the terminal without a drawing when it is closed', () => {
  const { acts, display } = recorded()
  for (const event of [started, ...keyMade]) display.show(event)
  display.close()
  display.close()
  expect(acts.filter((act) => act === 'wipe')).toHaveLength(1)
})
