/** Terminal columns that a text takes: wide characters two, combining ones none. Tabs must have been expanded. */
export function displayWidth(text: string): number {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  let width = 0
  for (const { segment } of segmenter.segment(text)) width += wide.test(segment) ? 2 : zero.test(segment) ? 0 : 1
  return width
}

/** Tabs become spaces up to the next multiple of four; control characters become visible (`\x1b`). */
export function printable(text: string): string {
  let shown = ''
  for (const character of text) {
    if (character === '\t') shown += ' '.repeat(4 - (displayWidth(shown) % 4))
    else shown += control.test(character) ? escaped(character) : character
  }
  return shown
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}

let segmenter: Intl.Segmenter | undefined
// East Asian wide and full-width blocks, and what is drawn as an emoji.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u
const zero = /^[\p{Mn}\p{Me}\u200b-\u200f\ufeff]+$/u
// Bidirectional controls reorder what a reviewer sees, so they are shown as well.
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffd]/
