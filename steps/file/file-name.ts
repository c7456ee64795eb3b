import { Type, type TString } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'

/** One name without a folder, portable, and not hidden: what is half written begins otherwise. */
const pattern = '^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$'
const wants = 'a plain file name of letters, digits, `.`, `_`, `-`'

/** Schema of the name of a file in a folder. */
export function fileName(description: string): TString {
  return Type.String({ description, pattern, 'x-runbook-wants': wants })
}

/** @throws {StepError} `invalid` for a name that could leave the folder or is not portable */
export function checkFileName(name: string): void {
  if (!new RegExp(pattern).test(name)) throw new StepError('invalid', `wanted ${wants}, found \`${name}\``)
}
