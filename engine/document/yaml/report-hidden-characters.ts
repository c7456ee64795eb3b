import type { Report } from '../../diagnostics/collector.ts'
import type { SourceFile } from '../../diagnostics/diagnostic.ts'

/**
 * Reports characters that do not show, or that change the direction of text: a reviewer would approve something else than
 * what runs (CVE-2021-42574).
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

/** Control and format characters, spaces other than the common one, and what shows as nothing (Unicode's own lists; and braille's blank). */
const hidden = /(?![\t\n\r ])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}\u2800]/gu
