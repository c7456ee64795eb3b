import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearest } from '../../../../engine/diagnostics/nearest.ts'

describe('nearest', () => {
  it.each([
    ['agian', ['again', 'title'], 'again'],
    ['rootTokn', ['rootToken', 'backupToken'], 'rootToken'],
    ['keys.maek', ['keys.make', 'keys.copy'], 'keys.make'],
    ['LABEL', ['label'], 'label'],
    ['a', ['b'], 'b'],
    ['label', ['algorithm'], undefined],
    ['x', [], undefined],
  ])('%s among %j is %s', (name, candidates, found) => {
    expect(nearest(name, candidates)).toBe(found)
  })

  it('finds a name after one swap, insertion or removal', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{4,12}$/), fc.nat(), (name, seed) => {
        const at = seed % (name.length - 1)
        const swapped = name.slice(0, at) + name.charAt(at + 1) + name.charAt(at) + name.slice(at + 2)
        const removed = name.slice(0, at) + name.slice(at + 1)
        expect([nearest(swapped, [name]), nearest(removed, [name])]).toEqual([name, name])
      }),
    )
  })
})
