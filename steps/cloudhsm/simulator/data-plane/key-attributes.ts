import { keyIdBytes } from '../../../pkcs11/token/templates.ts'
import type { AttributeName } from '../../../pkcs11/token/constants.ts'
import type { AttributeValue } from '../../../pkcs11/token/protocol.ts'
import { CliError } from './cli-error.ts'
import { booleanNames } from './hsm-key.ts'

/** Attributes of a key that is made, as a template has them. */
export type KeyValues = Readonly<Partial<Record<AttributeName, AttributeValue>>>

/** What a command says of a key that is made. */
export interface WantedAttributes {
  readonly values: KeyValues
  /** CKA_ID, lower-case hex; `undefined`: it says nothing of it. */
  readonly id: string | undefined
}

/** Those that only the HSM itself sets, or an admin afterwards. */
const notSettable = ['always-sensitive', 'never-extractable', 'local', 'private', 'token', 'trusted']

/** @param words `NAME=VALUE` @throws {CliError} */
export function readAttributes(words: readonly string[]): WantedAttributes {
  let id: string | undefined
  const values: Partial<Record<AttributeName, AttributeValue>> = {}
  for (const word of words) {
    const at = word.indexOf('=')
    const [name, value] = [word.slice(0, Math.max(at, 0)), word.slice(at + 1)]
    if (name === 'id') {
      id = readId(value)
      continue
    }
    const attribute = attributeOf(name)
    if (attribute === undefined || notSettable.includes(name)) throw new CliError(`Invalid attribute: ${word}`)
    values[attribute] = readBoolean(name, value)
  }
  return { values, id }
}

/** The PKCS#11 name of a boolean of the CLI. */
export function attributeOf(name: string): AttributeName | undefined {
  return Object.hasOwn(booleanNames, name) ? booleanNames[name as keyof typeof booleanNames] : undefined
}

/** @throws {CliError} */
export function readBoolean(name: string, value: string): boolean {
  if (value !== 'true' && value !== 'false') throw new CliError(`Invalid value for attribute ${name}: ${value}`)
  return value === 'true'
}

/** @returns lower-case hex @throws {CliError} */
export function readId(value: string): string {
  const hex = value.replace(/^0x/, '').toLowerCase()
  if (!/^([0-9a-f]{2}){1,127}$/.test(hex)) throw new CliError(`Invalid value for attribute id: ${value}`)
  return hex
}

/** @throws {CliError} */
export function requireLabel(label: string): string {
  if (label.length > 127) throw new CliError('Label must not be longer than 127 characters')
  return label
}

/** The value of CKA_ID. */
export function idValue(id: string): Uint8Array {
  return keyIdBytes(id)
}
