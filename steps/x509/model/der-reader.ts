import { tags } from './der.ts'
import { invalid } from './invalid.ts'

/** One DER value as it stands in a larger byte string; nothing is copied. */
export interface DerValue {
  readonly tag: number
  /** Tag, length and content. */
  readonly bytes: Uint8Array
  readonly content: Uint8Array
}

/**
 * Reads one DER value that must fill `bytes`.
 *
 * @param what what is being read, for the message
 * @throws {StepError} `invalid` when it is not DER (definite, minimal lengths) or something follows
 */
export function readDer(bytes: Uint8Array, what: string): DerValue {
  const value = readAt(bytes, 0, what)
  if (value.bytes.length !== bytes.length)
    throw invalid(`${what} is followed by ${bytes.length - value.bytes.length} more bytes`)
  return value
}

/** The values inside a constructed value, in order. */
export function childrenOf(value: DerValue, what: string): DerValue[] {
  const children: DerValue[] = []
  for (let offset = 0; offset < value.content.length;) {
    const child = readAt(value.content, offset, what)
    children.push(child)
    offset += child.bytes.length
  }
  return children
}

function readAt(bytes: Uint8Array, start: number, what: string): DerValue {
  const tag = bytes[start]
  const first = bytes[start + 1]
  if (tag === undefined || first === undefined) throw invalid(`${what} ends early`)
  if ((tag & 0x1f) === 0x1f) throw invalid(`${what} has a tag number above 30`)
  let header = 2
  let length = first
  if (first >= 0x80) {
    const octets = bytes.subarray(start + 2, start + 2 + (first & 0x7f))
    if (first === 0x80 || octets.length > 4 || octets.length < (first & 0x7f)) throw invalid(`${what} has a bad length`)
    length = octets.reduce((sum, octet) => sum * 256 + octet, 0)
    if (length < 0x80 || octets[0] === 0) throw invalid(`${what} has a length that is not minimal`)
    header += octets.length
  }
  const end = start + header + length
  if (end > bytes.length) throw invalid(`${what} ends early`)
  return { tag, bytes: bytes.subarray(start, end), content: bytes.subarray(start + header, end) }
}

/** Takes the fields of a SEQUENCE or SET one after the other and refuses what is left over. */
export class DerFields {
  readonly #values: DerValue[]
  readonly #what: string

  constructor(value: DerValue, what: string, tag: number = tags.sequence) {
    this.#values = childrenOf(expectTag(value, tag, what), what)
    this.#what = what
  }

  /** The next field, whatever its tag. */
  any(name: string): DerValue {
    const value = this.#values.shift()
    if (value === undefined) throw invalid(`${this.#what} has no ${name}`)
    return value
  }

  next(tag: number, name: string): DerValue {
    return expectTag(this.any(name), tag, `${name} of ${this.#what}`)
  }

  /** The next field when its tag is one of these; else nothing is taken. */
  optional(...wanted: readonly number[]): DerValue | undefined {
    const tag = this.#values[0]?.tag
    return tag !== undefined && wanted.includes(tag) ? this.#values.shift() : undefined
  }

  /** @throws {StepError} `invalid` when a field was not taken */
  end(): void {
    const extra = this.#values[0]
    if (extra !== undefined) throw invalid(`${this.#what} has an unexpected field with tag ${hexTag(extra.tag)}`)
  }
}

/** @throws {StepError} `invalid` when the value has another tag */
export function expectTag(value: DerValue, tag: number, what: string): DerValue {
  if (value.tag !== tag) throw invalid(`${what} has tag ${hexTag(value.tag)}, wanted ${hexTag(tag)}`)
  return value
}

function hexTag(tag: number): string {
  return `0x${tag.toString(16).padStart(2, '0')}`
}
