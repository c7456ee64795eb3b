/**
 * Text that cannot mislead a reader: controls, invisible and direction-changing characters, and every separator but the
 * plain blank become `\` and the hex of their UTF-8 octets, as RFC 4514 escapes.
 */
export function visibleText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}]|[^\P{Z} ]/gu, (character) =>
    Array.from(new TextEncoder().encode(character), (octet) => `\\${octet.toString(16).padStart(2, '0')}`).join(''),
  )
}
