import { readName } from '../x509/model/name-text.ts'
import { nameAttributes } from '../x509/model/name-attributes.ts'
import type { Subject } from './schemas.ts'

/** True when both name the same attributes with the same values. */
export function sameSubject(wanted: Subject, found: object | undefined): boolean {
  return canonical(wanted) === canonical(found ?? {})
}

/**
 * The members of a DER Name.
 *
 * @returns `undefined` when it has attributes that ASN1Subject has no member for, or one twice
 */
export function membersOf(name: Uint8Array): Subject | undefined {
  const members = readName(name)
    .flat()
    .map(({ oid, text }) => [nameAttributes.find((each) => each.oid === oid)?.pcaMember, text] as const)
  const known = members.every(([member, text]) => member !== undefined && text !== undefined)
  const once = new Set(members.map(([member]) => member)).size === members.length
  // Every name is a member of ASN1Subject, every value a text.
  return known && once ? (Object.fromEntries(members) as Subject) : undefined
}

/** Members and values in one order, for comparing and for messages. */
export function canonical(subject: object): string {
  const members = Object.entries(subject).filter(([, value]) => value !== undefined)
  return members
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
}
