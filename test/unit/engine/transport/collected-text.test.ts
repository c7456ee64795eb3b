import { describe, expect, it } from 'vitest'
import { CollectedText } from '../../../../engine/transport/collected-text.ts'

function collected(limit: number, end: 'first' | 'last', chunks: readonly string[]): string {
  const text = new CollectedText(limit, end)
  for (const chunk of chunks) text.add(Buffer.from(chunk))
  return `${text.text} ${text.truncated ? 'cut' : 'whole'}`
}

describe('CollectedText', () => {
  it('keeps the first or the last bytes, and says whether there were more', () => {
    expect(collected(4, 'first', ['ab', 'cd'])).toBe('abcd whole')
    expect(collected(4, 'last', ['ab', 'cd'])).toBe('abcd whole')
    expect(collected(4, 'first', ['ab', 'cde', 'f'])).toBe('abcd cut')
    expect(collected(4, 'last', ['ab', 'cde', 'f'])).toBe('cdef cut')
    expect(collected(4, 'last', ['abcdefgh', 'i', 'j'])).toBe('ghij cut')
  })

  it('cuts no character', () => {
    expect(collected(4, 'first', ['aéé€'])).toBe('aé cut')
    expect(collected(4, 'last', ['€éab'])).toBe('éab cut')
    expect(collected(3, 'last', ['x€é'])).toBe('é cut')
  })
})
