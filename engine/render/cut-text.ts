import { displayWidth, printable } from '../diagnostics/display-width.ts'

/**
 * A text on one line of so many terminal columns: what is longer ends with `ellipsis`. Line feeds and tabs become spaces, other
 * control characters visible.
 *
 * @param columns less than the ellipsis takes: nothing is left
 */
export function cutText(text: string, columns: number, ellipsis: string): string {
  // What is far too long is not measured whole: a program's output may be a megabyte.
  const line = printable(text.slice(0, 8 * Math.max(columns, 0) + 8).replaceAll(/[\t\r\n]+/g, ' '))
  if (line.length <= columns && ascii.test(line)) return line
  if (displayWidth(line) <= columns) return line
  const room = columns - ellipsis.length
  if (room < 1) return ''
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  let kept = ''
  let width = 0
  for (const { segment } of segmenter.segment(line)) {
    width += displayWidth(segment)
    if (width > room) break
    kept += segment
  }
  return `${kept.trimEnd()}${ellipsis}`
}

const ascii = /^[ -~]*$/
let segmenter: Intl.Segmenter | undefined
