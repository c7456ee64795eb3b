import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitText } from '../../../../engine/expressions/split-text.ts'

describe('splitText', () => {
  it.each([
    ['plain', ['plain']],
    ['', ['']],
    ['${{ a }}', [['a']]],
    ['${{a}}${{b}}', [['a'], ['b']]],
    ['x ${{ a }} y', ['x ', ['a'], ' y']],
    ['$${{ a }}', ['${{ a }}']],
    ['$${{ a }} ${{ b }}', ['${{ a }} ', ['b']]],
    ['$$${{ a }}', ['$${{ a }}']],
    ['${{ {"a": {"b": 1}} }}', [['{"a": {"b": 1}}']]],
    ['${{ "}}" }}', [['"}}"']]],
    ["${{ '\\'}}' }}!", [["'\\'}}'"], '!']],
    ['${{ r"\\" }}!', [['r"\\"'], '!']],
    ['${{ """a"}}""" }}', [['"""a"}}"""']]],
    ['${ a }', ['${ a }']],
  ])('%j', (text, pieces) => {
    expect(short(text)).toEqual(pieces)
  })

  it.each(['${{ a', 'x ${{ a }', '${{ {a }}'])('finds %j unclosed', (text) => {
    expect(splitText(text).at(-1)?.kind).toBe('unclosed')
  })

  it('keeps every text that holds no expression', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('${{')),
        (text) => {
          expect(short(text)).toEqual([text])
        },
      ),
    )
  })

  it('gives back any escaped text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', 'a', ' ') }), (text) => {
        // A `$` before the escape belongs to the text.
        const escaped = text.replaceAll('${{', () => '$${{')
        expect(short(escaped)).toEqual([text])
      }),
    )
  })

  it('says where each expression stands', () => {
    const text = 'a ${{  inputs.x }} b'
    const [, piece] = splitText(text)
    expect(piece?.kind === 'expression' && text.slice(piece.start, piece.end)).toBe('inputs.x')
  })
})

function short(text: string) {
  return splitText(text).map((piece) =>
    piece.kind === 'text' ? piece.text : piece.kind === 'expression' ? [piece.source] : undefined,
  )
}
