import type { Environment } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import { claimOf } from '../environment/target-board.ts'
import { NeedsPerson } from '../run/run-stop.ts'
import type { Arguments } from './parse-arguments.ts'
import { openTerminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'

/**
 * Asks whether to start, outside a sandbox and without `--yes`.
 *
 * @throws {NeedsPerson} `confirmation` when the answer is no; {UsageError} when there is nobody to ask
 */
export async function askToStart(args: Arguments, runbook: Runbook, environment: Environment): Promise<void> {
  if (environment.kind === 'sandbox' || args.flag('yes')) return
  const terminal = openTerminal()
  if (terminal === undefined)
    throw new UsageError('`apply` asks before it starts, and there is no terminal to ask at', 'add `--yes`')
  const { name, kind } = environment
  const targets = [...runbook.bindings.keys()].map((binding) => `  ${binding}: ${claimOf(environment, binding)}\n`)
  terminal.show(
    `${runbook.name} ${runbook.version}: ${runbook.title}\nin environment ${name} (${kind}), on\n${targets.join('')}`,
  )
  const answer = await terminal.ask('type `yes` to start: ')
  if (answer?.trim() !== 'yes') throw new NeedsPerson('confirmation', 'not started: `yes` was to be typed, and was not')
}
