import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDocument, stringify } from 'yaml'
import { scalarOffsets } from '../../../../../engine/document/yaml/scalar-offsets.ts'

describe('scalarOffsets', () => {
  it.each([
    ['plain', 'one two MARK'],
    ['single quotes', "'it''s ''a'' MARK'"],
    ['double quotes', '"\\u0041\\x41\\t\\"\\n  MARK\\\\"'],
    ['folded plain', 'one\n  two\n\n  MARK three'],
    ['folded quotes', '"one \\\n   two\n\n  MARK"'],
    ['literal block', '|\n  one\n    two\n\n  MARK\n'],
    ['folded block', '>-\n  one\n  two\n\n   three\n  MARK'],
    ['indented block', '|2-\n    one\n  MARK'],
    ['windows lines', '|\r\n  one\r\n  MARK'],
  ])('finds a word in %s', (_, yaml) => {
    const source = `a: ${yaml}\n`
    const { text, value, start } = scalarOf(source)
    expect(value).toContain('MARK')
    expect(scalarOffsets(text, start, value)(value.indexOf('MARK'))).toBe(source.indexOf('MARK'))
  })

  it('finds every visible character of any text, however it is written', () => {
    const style = fc.constantFrom(
      'PLAIN' as const,
      'QUOTE_DOUBLE' as const,
      'QUOTE_SINGLE' as const,
      'BLOCK_LITERAL' as const,
      'BLOCK_FOLDED' as const,
    )
    const words = fc.string({
      unit: fc.constantFrom('a', 'b', ' ', '\n', "'", '"', '\\', ':', '#', '$', '{', '\t'),
      maxLength: 60,
    })
    fc.assert(
      fc.property(words, style, fc.integer({ min: 20, max: 40 }), (value, defaultStringType, lineWidth) => {
        const source = stringify({ a: value }, { defaultStringType, lineWidth, defaultKeyType: 'PLAIN' })
        const { text, value: read, start } = scalarOf(source)
        // Some texts of nothing but white space do not survive `stringify`.
        fc.pre(read === value)
        const offsetOf = scalarOffsets(text, start, read)
        for (const [index, character] of [...read].entries()) {
          if (/[\s\\"']/.test(character)) continue
          expect(source[offsetOf(index)]).toBe(character)
        }
      }),
      { numRuns: 300 },
    )
  })
})

function scalarOf(source: string) {
  const node: unknown = parseDocument(source).get('a', true)
  if (typeof node !== 'object' || node === null || !('range' in node) || !('value' in node))
    throw new Error('no scalar')
  const [start = 0, end = 0] = Array.isArray(node.range) ? node.range.map(Number) : []
  return { text: source.slice(start, end), value: String(node.value), start }
}
