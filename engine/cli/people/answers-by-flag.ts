import { addressArgument } from '../address-argument.ts'
import type { Arguments } from '../parse-arguments.ts'
import { UsageError } from '../usage-error.ts'

/** What the command line answers ahead, by address of the step. */
export interface AnswersByFlag {
  /** Typed at a point of no return or behind a manual step. */
  readonly confirm: ReadonlyMap<string, string>
  /** Path of the file that goes with a manual step. */
  readonly evidence: ReadonlyMap<string, string>
  /** Why to begin outside of the window. */
  readonly overrideWindow: string | undefined
}

/** @throws {UsageError} */
export function answersByFlag(args: Arguments): AnswersByFlag {
  return {
    confirm: pairs(args, 'confirm', 'VALUE'),
    evidence: pairs(args, 'evidence', 'FILE'),
    overrideWindow: args.value('override-window'),
  }
}

function pairs(args: Arguments, name: 'confirm' | 'evidence', what: string): ReadonlyMap<string, string> {
  return new Map(
    args.values(name).map((text) => {
      const [, step, value] = /^([a-z][A-Za-z0-9]*(?:\[[^\]]*\])*)=(.+)$/s.exec(text) ?? []
      if (step === undefined || value === undefined)
        throw new UsageError(`\`--${name} ${text}\` names no step`, `write \`--${name} STEP=${what}\``)
      return [addressArgument(step), value] as const
    }),
  )
}
