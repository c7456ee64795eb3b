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
      span: { start: index, end: index + 1 },
    })
  }
}

// oxlint-disable-next-line no-control-regex
const hidden =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
