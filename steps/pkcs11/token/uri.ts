import { StepError } from '../../../engine/step/errors.ts'
import type { TokenSelection } from './select.ts'

const textAttributes = [
  ...(['token', 'manufacturer', 'serial', 'model', 'library-manufacturer', 'library-description'] as const),
  ...(['library-version', 'object', 'type', 'slot-manufacturer', 'slot-description', 'slot-id'] as const),
] as const
const pathAttributes = [...textAttributes, 'id'] as const
const queryAttributes = ['pin-source', 'module-name', 'module-path'] as const
const objectTypes = ['public', 'private', 'cert', 'secret-key', 'data'] as const

type PathName = (typeof textAttributes)[number]
type QueryName = (typeof queryAttributes)[number]

/** A PKCS#11 URI, RFC 7512. Values are decoded; `id` is binary. */
export interface Pkcs11Uri {
  readonly path: Readonly<Partial<Record<PathName, string>>> & { readonly id?: Uint8Array }
  readonly query: Readonly<Partial<Record<QueryName, string>>>
}

/** What may stand unescaped in a value, RFC 7512 section 2.3: in the path `&` too, in the query `/ ? |`. */
const plain = { path: /[A-Za-z0-9\-._~:[\]@!$'()*+,=&]/, query: /[A-Za-z0-9\-._~:[\]@!$'()*+,=/?|]/ }

const formats: Readonly<Partial<Record<string, { readonly pattern: RegExp; readonly wants: string }>>> = {
  type: {
    pattern: new RegExp(`^(${objectTypes.join('|')})$`),
    wants: `one of ${objectTypes.map((name) => `\`${name}\``).join(', ')}`,
  },
  'slot-id': { pattern: /^\d+$/, wants: 'digits' },
  'library-version': { pattern: /^\d+(\.\d+)?$/, wants: 'a version such as `2.6`' },
}

function invalid(what: string, hint?: string): StepError {
  return new StepError('invalid', `PKCS#11 URI ${what}`, hint === undefined ? {} : { hint })
}

/**
 * Parses a PKCS#11 URI. Unknown and repeated attributes are refused, vendor ones too: nothing that was asked for may be
 * passed over. Messages never show a value.
 *
 * @throws {StepError} `invalid`
 */
export function parseUri(text: string): Pkcs11Uri {
  if (!/^pkcs11:/i.test(text)) throw invalid('does not begin with `pkcs11:`')
  const [path = '', ...queries] = text.slice('pkcs11:'.length).split('?')
  const { id, ...texts } = parsePart('path', path, ';', pathAttributes)
  // a further `?` belongs to a value of the query
  const query = parsePart('query', queries.join('?'), '&', queryAttributes)
  return { path: { ...decodedTexts(texts), ...(id ? { id } : {}) }, query: decodedTexts(query) }
}

/** Prints in one order with one way of escaping, so that equal URIs are equal texts. */
export function printUri(uri: Pkcs11Uri): string {
  const escape = (value: string): string =>
    encodeURIComponent(value)
      .replace(/[!'()*]/g, hexOf)
      .replaceAll('%3A', ':')
  const path = textAttributes.flatMap((name) => {
    const value = uri.path[name]
    return value === undefined ? [] : [`${name}=${escape(value)}`]
  })
  if (uri.path.id) path.push(`id=${[...uri.path.id].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`)
  const query = queryAttributes.flatMap((name) => {
    const value = uri.query[name]
    return value === undefined ? [] : [`${name}=${escape(value).replaceAll('%2F', '/')}`]
  })
  return `pkcs11:${path.join(';')}${query.length > 0 ? `?${query.join('&')}` : ''}`
}

/**
 * What the URI says about a token.
 *
 * @throws {StepError} `invalid` when it names a slot, a library version or an object: that would be passed over
 */
export function tokenSelection(uri: Pkcs11Uri): TokenSelection {
  const { token: label, serial, manufacturer, model, ...others } = uri.path
  const [other] = Object.keys(others)
  if (other !== undefined) {
    const hint = 'select by `token` and `serial`: slots differ between machines'
    throw invalid(`selects a token by \`${other}\`, wanted \`token\`, \`serial\`, \`manufacturer\`, \`model\``, hint)
  }
  const selection = { label, serial, manufacturer, model }
  return Object.fromEntries(Object.entries(selection).filter(([, value]) => value !== undefined))
}

function parsePart<N extends string>(
  part: 'path' | 'query',
  text: string,
  separator: string,
  names: readonly N[],
): Partial<Record<N, Uint8Array>> {
  const found: Partial<Record<N, Uint8Array>> = {}
  for (const attribute of text === '' ? [] : text.split(separator)) {
    const [, written = '', equals] = /^([A-Za-z0-9_-]*)(=?)/.exec(attribute) ?? []
    if (written === 'pin-value' || written === 'pin_value') {
      throw invalid('holds a PIN', 'give the PIN as a secret reference: `env:NAME`, `file:PATH` or `prompt`')
    }
    const name = names.find((candidate) => candidate === written)
    if (name === undefined || equals !== '=') {
      const wanted = names.map((candidate) => `\`${candidate}\``).join(', ')
      throw invalid(`has attribute \`${written}\` in its ${part}, wanted \`name=value\` with one of ${wanted}`)
    }
    if (found[name]) throw invalid(`has \`${name}\` twice`)
    found[name] = unescaped(part, name, attribute.slice(name.length + 1))
  }
  return found
}

function unescaped(part: 'path' | 'query', name: string, value: string): Uint8Array {
  const bytes: number[] = []
  for (let index = 0; index < value.length; index++) {
    const character = value.charAt(index)
    if (character === '%') {
      const hex = value.slice(index + 1, index + 3)
      if (!/^[0-9A-Fa-f]{2}$/.test(hex))
        throw invalid(`has a bad escape in \`${name}\`, wanted \`%\` and two hex digits`)
      bytes.push(parseInt(hex, 16))
      index += 2
    } else if (plain[part].test(character)) {
      bytes.push(character.charCodeAt(0))
    } else {
      throw invalid(`has a character in \`${name}\` that must be escaped, such as a space as \`%20\``)
    }
  }
  return Uint8Array.from(bytes)
}

function decodedTexts<N extends string>(values: Partial<Record<N, Uint8Array>>): Partial<Record<N, string>> {
  const decoded: Partial<Record<N, string>> = {}
  // Object.entries widens the key
  for (const [name, bytes] of Object.entries(values) as [N, Uint8Array][]) {
    let text: string
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    } catch {
      throw invalid(`has bytes in \`${name}\` that are no UTF-8`)
    }
    const format = formats[name]
    if (format && !format.pattern.test(text)) throw invalid(`has a value in \`${name}\` that is not ${format.wants}`)
    decoded[name] = text
  }
  return decoded
}

function hexOf(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
