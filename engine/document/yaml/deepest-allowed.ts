/**
 * The offset at which a text nests deeper than people write. Looked for before parsing: the YAML parser recurses, and a file of
 * nothing but `[` ends the process.
 *
 * @returns `undefined` when the text can be parsed
 */
export function deepestAllowed(text: string): number | undefined {
  let brackets = 0
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (character === '[' || character === '{') brackets++
    else if ((character === ']' || character === '}') && brackets > 0) brackets--
    if (brackets > 100) return index
  }
  const indented = /^[ ?:-]{400}/m.exec(text)
  return indented === null ? undefined : indented.index + 399
}
