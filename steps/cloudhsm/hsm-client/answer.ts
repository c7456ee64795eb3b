import { StepError } from '../../../engine/step/errors.ts'
import type { Json } from '../../../engine/step/json.ts'

/** A member of an answer; `undefined`: there is none. */
export function memberOf(data: Json, name: string): Json | undefined {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined
  return (data as { readonly [name: string]: Json })[name]
}

/** @throws {StepError} `device` */
export function textAt(data: Json, name: string): string {
  const value = memberOf(data, name)
  if (typeof value === 'string') return value
  throw unexpected(name, 'a text')
}

/** @throws {StepError} `device` */
export function listAt(data: Json, name: string): readonly Json[] {
  const value = memberOf(data, name)
  if (Array.isArray(value)) return value as readonly Json[] // no other array is JSON
  throw unexpected(name, 'a list')
}

/** A number, which some versions give as `{"value": 2}`; `undefined`: there is none. */
export function numberAt(data: Json, name: string): number | undefined {
  const value = memberOf(data, name)
  const number = value === undefined ? undefined : (memberOf(value, 'value') ?? value)
  return typeof number === 'number' ? number : undefined
}

function unexpected(name: string, wanted: string): StepError {
  return new StepError('device', `\`cloudhsm-cli\` answered without \`${name}\`, wanted ${wanted}`, {
    hint: 'look whether this version of the client answers in another form',
  })
}
