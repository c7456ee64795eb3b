import type { Arguments } from './parse-arguments.ts'
import { UsageError } from './usage-error.ts'

/** The one operand of a command. @throws {UsageError} when there is none, or more */
export function oneOperand({ operands }: Arguments, what: string): string {
  const operand = optionalOperand({ operands })
  if (operand === undefined) throw new UsageError(`no ${what} is named`)
  return operand
}

/** The operand of a command that can do without. @throws {UsageError} when there is more than one */
export function optionalOperand({ operands }: Pick<Arguments, 'operands'>): string | undefined {
  const [operand, extra] = operands
  if (extra !== undefined) throw new UsageError(`\`${extra}\` is one too many`)
  return operand
}
