import type { Family } from '../step/family.ts'
import type { ExitCode } from './exit-code.ts'
import type { OptionName } from './options.ts'
import type { Output } from './output.ts'
import type { Arguments } from './parse-arguments.ts'

/** What a command may use of its surroundings. */
export interface Surroundings {
  readonly stdout: Output
  readonly stderr: Output
  /** Step types, binding kinds and simulators; loaded at the first call. */
  readonly families: () => Promise<readonly Family[]>
  /** The same families for whoever only reads what they say; sooner there, and able to do nothing. */
  readonly described: () => Promise<readonly Family[]>
  /** The words that started this command, from `runbook` on. */
  readonly words: readonly string[]
  /** How to start this program again: runtime and script. */
  readonly program: readonly [string, ...string[]]
  readonly toolVersion: string
}

export interface Command {
  readonly name: string
  readonly summary: string
  /** What follows the name: `FILE...`, `[RUN]`. */
  readonly operands: string
  readonly example: string
  readonly options: readonly OptionName[]
  /** @throws anything; `exit-code.ts` knows what it means */
  run(args: Arguments, surroundings: Surroundings): Promise<ExitCode>
}
