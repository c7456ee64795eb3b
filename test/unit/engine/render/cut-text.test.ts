import { expect, it } from 'vitest'
import { cutText } from '../../../../engine/render/cut-text.ts'

it.each([
  ['short', 10, 'short'],
  ['exactly ten', 11, 'exactly ten'],
  ['longer than ten', 10, 'longer th…'],
  ['東京太郎', 8, '東京太郎'],
  ['東京太郎', 7, '東京太…'],
  ['東京太郎', 6, '東京…'],
  ['👩‍👩‍👧 family', 3, '👩‍👩‍👧…'],
  ['two\nlines', 20, 'two lines'],
  ['red\u001b[31m', 20, 'red\\x1b[31m'],
  ['anything', 1, ''],
  ['x'.repeat(1_000_000), 5, 'xxxx…'],
])('cuts %j to %i columns', (text, columns, cut) => {
  expect(cutText(text, columns, '…')).toBe(cut)
})
