import type { Environment } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import type { People } from '../run/local-host.ts'
import type { Arguments } from './parse-arguments.ts'
import { peopleAtTerminal } from './people-at-terminal.ts'
import type { Terminal } from './terminal.ts'

/**
 * Who answers: with `--approve-all` nobody is asked, which only a live sandbox allows; else the people at the terminal.
 *
 * @throws {NeedsPerson} when there is no live sandbox
 */
export async function choosePeople(
  args: Arguments,
  runbook: Runbook,
  environment: Environment,
  terminal: Terminal | undefined,
): Promise<People> {
  const bindings = [...runbook.bindings.keys()]
  if (args.flag('approve-all')) {
    const { approveAll } = await import('../sandbox/approve-all.ts')
    return approveAll(environment, bindings)
  }
  return peopleAtTerminal(environment, terminal, async () => {
    const { insistOnSandbox } = await import('../sandbox/approve-all.ts')
    await insistOnSandbox(environment, bindings)
  })
}
