import { expect, it } from 'vitest'
import { columns } from '../../../../engine/render/columns.ts'
import { painter } from '../../../../engine/render/paint.ts'

it('makes each column as wide as its widest cell', () => {
  expect(
    columns([
      ['a', 'bb', 'c'],
      ['aaa', 'b', 'c'],
    ]),
  ).toEqual(['a    bb  c', 'aaa  b   c'])
})

it('counts what is shown, not colour codes', () => {
  const red = painter(true)('a', 'red')
  expect(
    columns([
      [red, 'x'],
      ['aa', 'x'],
    ]),
  ).toEqual([`${red}   x`, 'aa  x'])
})

it('counts wide characters twice', () => {
  expect(
    columns([
      ['鍵', 'x'],
      ['a', 'x'],
    ]),
  ).toEqual(['鍵  x', 'a   x'])
})
