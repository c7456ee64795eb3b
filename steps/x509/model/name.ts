import { bytesOfHex } from './bytes.ts'
import { ia5String, isPrintable, oid, printableString, sequence, setOf, utf8String } from './der.ts'
import { readDer } from './der-reader.ts'
import { invalid } from './invalid.ts'
import { findNameAttribute, nameAttributes, nearAttributeName, type NameAttribute } from './name-attributes.ts'
import { splitName } from './name-syntax.ts'

/** `shortest`: PrintableString where the text fits. `utf8`: UTF8String for all that may be one, as some CAs write. */
export type NameStrings = 'shortest' | 'utf8'

/**
 * Encodes a distinguished name.
 *
 * @param text RFC 4514 syntax, attributes in the order in which they are to be encoded: `C=US, O=Example Corp, CN=Root`.
 *   `+` joins attributes of one set, `\,` and `\2C` escape, `#0c0161` gives a value in DER
 * @returns DER Name
 * @throws {StepError} `invalid` when the text is no such name, names an unknown attribute, or a value does not fit its attribute
 */
export function parseName(text: string, strings: NameStrings = 'shortest'): Uint8Array {
  const sets = splitName(text).map((attributes) =>
    setOf(
      ...attributes.map(({ type, value }) => {
        const { oid: dotted, attribute } = attributeOf(type)
        if (typeof value === 'string') return encodeAttribute(dotted, attribute, value, strings)
        return sequence(oid(dotted), readDer(bytesOfHex(value.derHex), `value of \`${type}\``).bytes)
      }),
    ),
  )
  return sequence(...sets)
}

/** One member of ASN1Subject of AWS Private CA: a member name such as `CommonName`, or the object identifier of a custom attribute. */
export interface SubjectMember {
  readonly type: string
  readonly value: string
}

/**
 * Encodes a distinguished name from the members of ASN1Subject, one set each, in the order given.
 *
 * @throws {StepError} `invalid` for an unknown member or a value that does not fit
 */
export function nameFromMembers(members: readonly SubjectMember[], strings: NameStrings = 'shortest'): Uint8Array {
  const sets = members.map(({ type, value }) => {
    const attribute = nameAttributes.find(({ pcaMember }) => pcaMember === type) ?? findNameAttribute(type)
    if (attribute === undefined && !isDotted(type)) throw invalid(`\`${type}\` is not a member of a subject`)
    return setOf(encodeAttribute(attribute?.oid ?? type, attribute, value, strings))
  })
  return sequence(...sets)
}

function attributeOf(type: string): { readonly oid: string; readonly attribute: NameAttribute | undefined } {
  const dotted = type.replace(/^oid\./i, '')
  const attribute = findNameAttribute(dotted)
  if (attribute !== undefined) return { oid: attribute.oid, attribute }
  if (isDotted(dotted)) return { oid: dotted, attribute: undefined }
  const near = nearAttributeName(type)
  throw invalid(`name attribute \`${type}\` is unknown`, near === undefined ? undefined : `did you mean \`${near}\`?`)
}

function isDotted(type: string): boolean {
  return /^\d+(?:\.\d+)+$/.test(type)
}

function encodeAttribute(
  dotted: string,
  attribute: NameAttribute | undefined,
  value: string,
  strings: NameStrings,
): Uint8Array {
  const name = attribute?.name ?? dotted
  if (value === '') throw invalid(`name attribute \`${name}\` is empty`)
  if (/\p{Surrogate}/u.test(value)) throw invalid(`name attribute \`${name}\` is not proper Unicode`)
  if (attribute?.oid === '2.5.4.6' && !/^[A-Za-z]{2}$/.test(value))
    throw invalid(`country \`${value}\` is not two letters`, 'give the ISO 3166 code, such as `US`')
  const length = Array.from(value).length
  if (attribute?.maxLength !== undefined && length > attribute.maxLength)
    throw invalid(`name attribute \`${name}\` has ${length} characters, at most ${attribute.maxLength} are allowed`)
  return sequence(oid(dotted), encodeString(attribute?.string, value, strings))
}

function encodeString(kind: NameAttribute['string'], value: string, strings: NameStrings): Uint8Array {
  if (kind === 'ia5') return ia5String(value)
  if (kind === 'printable') return printableString(value)
  return strings === 'shortest' && isPrintable(value) ? printableString(value) : utf8String(value)
}
