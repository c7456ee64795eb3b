import { hexOf } from './bytes.ts'
import { tags } from './der.ts'
import { childrenOf, DerFields, expectTag, readDer } from './der-reader.ts'
import { readOid, readText } from './der-values.ts'
import { findNameAttribute } from './name-attributes.ts'
import { visibleText } from './visible.ts'

/** One attribute of a distinguished name as decoded. */
export interface NamePart {
  readonly oid: string
  /** Short name, or the object identifier when the type is unknown. */
  readonly name: string
  /** Text; `undefined` when the value is no character string. */
  readonly text: string | undefined
  /** Tag of the value, such as `tags.printableString`. */
  readonly tag: number
  readonly valueDer: Uint8Array
}

/**
 * Decodes a DER Name into its sets of attributes, in the order encoded.
 *
 * @throws {StepError} `invalid` when it is not a Name
 */
export function readName(der: Uint8Array): NamePart[][] {
  return childrenOf(expectTag(readDer(der, 'name'), tags.sequence, 'name'), 'name').map((set) =>
    childrenOf(expectTag(set, tags.set, 'name set'), 'name set').map((attribute) => {
      const fields = new DerFields(attribute, 'name attribute')
      const oid = readOid(fields.next(tags.oid, 'type'), 'type of name attribute')
      const value = fields.any('value')
      fields.end()
      const isText = stringTags.includes(value.tag)
      return {
        oid,
        name: findNameAttribute(oid)?.name ?? oid,
        text: isText ? readText(value, `name attribute \`${oid}\``) : undefined,
        tag: value.tag,
        valueDer: value.bytes,
      }
    }),
  )
}

const stringTags: readonly number[] = [
  tags.utf8String,
  tags.printableString,
  tags.ia5String,
  tags.teletexString,
  tags.bmpString,
]

/**
 * Prints a DER Name in the order encoded, in the syntax that `parseName` reads. Characters that could mislead a reader
 * (controls, invisible and direction-changing ones) are printed as escapes.
 */
export function printName(der: Uint8Array): string {
  return readName(der)
    .map((set) =>
      set.map(({ name, text, valueDer }) => `${name}=${text === undefined ? `#${hexOf(valueDer)}` : escaped(text)}`),
    )
    .map((attributes) => attributes.join(' + '))
    .join(', ')
}

function escaped(text: string): string {
  const written = text
    .replace(/[",+;<>\\]/g, '\\$&')
    .replace(/(?<=.) $/s, '\\ ')
    .replace(/^[# ]/, '\\$&')
  return visibleText(written)
}
