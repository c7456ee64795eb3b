/** One way in which a secret may stand in a text. */
export interface Form {
  readonly text: string
  /** Counts only as a whole token: it is too short to be told from ordinary text otherwise. */
  readonly whole: boolean
}

/** Secrets of this many characters or more are found wherever they stand; shorter ones only as whole tokens. */
const shortestAnywhere = 8

/** Secrets of fewer characters are looked for without base64 and hex: as such, two digits would be any other number. */
const shortestEncoded = 4

/** Every form in which a secret is looked for, each once. Nothing for an empty one. */
export function formsOf(value: string): readonly Form[] {
  const forms = new Map<string, Form>()
  for (const part of [value, ...linesOf(value)]) {
    const whole = part.length < shortestAnywhere
    for (const text of encodingsOf(part)) if (text !== '' && !forms.has(text)) forms.set(text, { text, whole })
  }
  return [...forms.values()]
}

/** Borders of PEM blocks are in every certificate, too. */
const pemBorder = /^-----(BEGIN|END) [A-Z0-9 ]+-----$/

/** The lines of a value of several that are long enough to be found anywhere, without the space around them. */
function linesOf(value: string): readonly string[] {
  const lines = value.split(/\r\n|\r|\n/)
  if (lines.length === 1) return []
  return lines.map((line) => line.trim()).filter((line) => line.length >= shortestAnywhere && !pemBorder.test(line))
}

function encodingsOf(value: string): readonly string[] {
  const lineEnds = new Set([value, value.replace(/\r\n/g, '\n'), value.replace(/\r\n|\n/g, '\r\n')])
  return [...lineEnds].flatMap((text) => {
    const bytes = Buffer.from(text, 'utf8')
    const hex = bytes.toString('hex')
    return [
      text,
      bytes.toString('utf8'), // half a surrogate pair leaves the process as U+FFFD
      ...jsonForms(text),
      ...percentForms(bytes),
      ...(text.length < shortestEncoded ? [] : [hex, hex.toUpperCase(), ...base64Forms(bytes)]),
      ...(text.length < shortestAnywhere ? [] : base64Insides(bytes)),
    ]
  })
}

/** Inside a JSON string: as JavaScript writes it, with everything but ASCII escaped, and the first of them once more. */
function jsonForms(text: string): readonly string[] {
  const escaped = JSON.stringify(text).slice(1, -1)
  const ascii = escaped.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [escaped, ascii, escaped.replaceAll('/', '\\/'), JSON.stringify(escaped).slice(1, -1)]
}

/** Alone, with and without padding. */
function base64Forms(bytes: Buffer): readonly string[] {
  const text = bytes.toString('base64')
  return [text, text.replace(/=+$/, '')].flatMap(bothAlphabets)
}

/**
 * Within the base64 of something longer, after 0, 1 or 2 bytes (modulo 3): the characters that depend on the secret alone. One more
 * at either end may hold up to 4 bits of it.
 */
function base64Insides(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    return bothAlphabets(text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)))
  })
}

function bothAlphabets(text: string): readonly string[] {
  return [text, text.replaceAll('+', '-').replaceAll('/', '_')]
}

/** Percent-encoding of UTF-8: of a component as RFC 3986 and as JavaScript see it, of a form, of a path; with large and small digits. */
function percentForms(bytes: Uint8Array): readonly string[] {
  const encoded = (plain: RegExp): string =>
    [...bytes]
      .map((byte) => {
        const character = String.fromCharCode(byte)
        return plain.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
      })
      .join('')
  const strict = encoded(/[A-Za-z0-9\-_.~]/)
  const form = encoded(/[A-Za-z0-9\-_.* ]/).replaceAll(' ', '+')
  const large = [strict, encoded(/[A-Za-z0-9\-_.~!'()*]/), form, encoded(/[A-Za-z0-9\-_.~!'()*;/?:@&=+$,#]/)]
  return large.flatMap((text) => [text, text.replace(/%../g, (digits) => digits.toLowerCase())])
}
