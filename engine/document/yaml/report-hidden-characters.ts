import type { Report } from '../../diagnostics/collector.ts'
import type { SourceFile } from '../../diagnostics/diagnostic.ts'

/**
 * Reports control characters and those that change the direction of text: a reviewer would approve something else than what
 * runs (CVE-2021-42574).
 */
export function reportHiddenCharacters({ text }: SourceFile, report: Report): void {
  for (const { 0: character, index } of text.matchAll(hidden)) {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    const message = `hidden character U+${code} is not allowed`
    report({
      code: 'hidden-character',
      message,
      hint: 'write it as an escape in double quotes',
      span: { start: index, end: index + character.length },
    })
  }
}

// oxlint-disable-next-line no-control-regex
const hidden =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]|[\u{1bca0}-\u{1bca3}\u{e0000}-\u{e0fff}]/gu
