export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** Gives a text a style, or leaves it as it is where colours are off. */
export type Paint = (text: string, style: Style) => string

const codes: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 }

export function painter(color: boolean): Paint {
  return color ? (text, style) => `\u001b[${codes[style]}m${text}\u001b[0m` : (text) => text
}
