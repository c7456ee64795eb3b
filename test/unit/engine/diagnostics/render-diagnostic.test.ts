import { describe, expect, it } from 'vitest'
import { diagnosticJson } from '../../../../engine/diagnostics/diagnostic-json.ts'
import type { Diagnostic } from '../../../../engine/diagnostics/diagnostic.ts'
import { positionAt } from '../../../../engine/diagnostics/position.ts'
import { renderDiagnostic } from '../../../../engine/diagnostics/render-diagnostic.ts'
import { sourceFile } from '../../../../engine/diagnostics/source-file.ts'

describe('renderDiagnostic', () => {
  it('marks the span under tabs and wide characters', () => {
    expect(shown('a:\t鍵🔑é b\n', 'b')).toBe('f:1:8: error[c]: m\n  1 | a:  鍵🔑é b\n    |           ^')
  })

  it('marks a span of several lines up to the end of the first', () => {
    expect(shown('one\ntwo\nthree', 'wo\nth')).toBe('f:2:2: error[c]: m\n  2 | two\n    |  ^~')
  })

  it('shows one caret for an empty span and none for an empty line', () => {
    expect(shown('abc', '')).toBe('f:1:1: error[c]: m\n  1 | abc\n    | ^')
    expect(shown('\n\nabc', '')).toBe('f:1:1: error[c]: m')
  })

  it('makes control characters visible', () => {
    expect(shown('a\u001b[31m b', 'b')).toBe('f:1:8: error[c]: m\n  1 | a\\x1b[31m b\n    |           ^')
  })

  it('cuts a very long line around the mark', () => {
    expect(shown(`${'x'.repeat(5000)}HERE${'y'.repeat(5000)}`, 'HERE').length).toBeLessThan(500)
  })

  it('hides what may be a secret wherever its line is shown', () => {
    const text = 'pin: hunter2, lable: x, pin2: 12'
    const hidden = [
      { start: 5, end: 12 },
      { start: 30, end: 32 },
    ]
    expect(renderDiagnostic({ ...about(text, 'lable'), hidden }, { color: false })).toBe(
      'f:1:15: error[c]: m\n  1 | pin: ***, lable: x, pin2: ***\n    |           ^~~~~',
    )
    expect(renderDiagnostic({ ...about(text, 'hunter2'), hidden }, { color: false })).toBe(
      'f:1:6: error[c]: m\n  1 | pin: ***, lable: x, pin2: ***\n    |      ^~~',
    )
  })

  it('colours only when asked', () => {
    const diagnostic = { ...about('abc', 'b'), hint: 'h' }
    expect(renderDiagnostic(diagnostic, { color: false })).not.toContain('\u001b')
    // oxlint-disable-next-line no-control-regex
    expect(renderDiagnostic(diagnostic, { color: true }).replaceAll(/\u001b\[\d+m/g, '')).toBe(
      renderDiagnostic(diagnostic, { color: false }),
    )
  })
})

describe('positionAt', () => {
  it.each([
    ['a\nb', 2, 2, 1],
    ['a\r\nb', 3, 2, 1],
    ['a\r\nb', 2, 1, 2],
    ['a\rb', 2, 2, 1],
    ['🔑b', 2, 1, 2],
    ['', 0, 1, 1],
    ['a\n', 2, 2, 1],
  ])('%j at %i is %i:%i', (text, offset, line, column) => {
    expect(positionAt(text, offset)).toMatchObject({ line })
    if (offset !== 2 || text !== 'a\r\nb') expect(positionAt(text, offset).column).toBe(column)
  })
})

it('gives the same as JSON', () => {
  expect(diagnosticJson({ ...about('a\nbcd', 'cd'), hint: 'h' })).toEqual({
    ...{ code: 'c', message: 'm', hint: 'h', file: 'f', line: 2, column: 2, endLine: 2, endColumn: 4 },
  })
})

function shown(text: string, part: string): string {
  return renderDiagnostic(about(text, part), { color: false })
}

function about(text: string, part: string): Diagnostic {
  const start = text.indexOf(part)
  return { code: 'c', message: 'm', source: sourceFile('f', text), span: { start, end: start + part.length } }
}
