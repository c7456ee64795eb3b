import { expect, it } from 'vitest'
import { elapsed } from '../../../../engine/render/elapsed.ts'

it.each([
  [0, '0.0 s'],
  [449, '0.4 s'],
  [9_960, '10 s'],
  [59_400, '59 s'],
  [60_000, '1 min'],
  [200_000, '3 min 20 s'],
  [3 * 3_600_000, '3 h'],
  [7_500_000, '2 h 5 min'],
  [25 * 3_600_000, '1 d 1 h'],
])('says %i ms as %s', (milliseconds, text) => {
  expect(elapsed(milliseconds)).toBe(text)
})
