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
  const { name, version, title } = runbook
  await ask(args, 'apply', `${name} ${version}: ${title}`, runbook, environment)
}

/**
 * Asks whether to take a run back, which it never comes forward from; as {@link askToStart}.
 *
 * @throws {NeedsPerson} {UsageError}
 */
export async function askToTakeBack(
  args: Arguments,
  runId: string,
  { runbook, environment }: { readonly runbook: Runbook; readonly environment: Environment },
): Promise<void> {
  await ask(
    args,
    'undo',
    `take back run ${runId} of ${runbook.name}; it never goes forward again`,
    runbook,
    environment,
  )
}

async function ask(
  args: Arguments,
  command: 'apply' | 'undo',
  what: string,
  runbook: Runbook,
  environment: Environment,
): Promise<void> {
  if (environment.kind === 'sandbox' || args.flag('yes')) return
  const terminal = openTerminal()
  if (terminal === undefined)
    throw new UsageError(`\`${command}\` asks before it starts, and there is no terminal to ask at`, 'add `--yes`')
  const { name, kind } = environment
  const targets = [...runbook.bindings].map(([binding, { madeBy }]) => {
    const later = madeBy === undefined ? '' : `, made by \`${madeBy}\``
    return `  ${binding}: ${claimOf(environment, binding)}${later}\n`
  })
  terminal.show(`${what}\nin environment ${name} (${kind}), on\n${targets.join('')}`)
  const answer = await terminal.ask('type `yes` to start: ')
  if (answer?.trim() !== 'yes') throw new NeedsPerson('confirmation', 'not started: `yes` was to be typed, and was not')
}
