import { UsageError, usageError } from './client-arguments.ts'
import { runCli } from './client-cli.ts'
import { configure } from './client-configure.ts'
import type { ProgramCall } from './program-call.ts'

const programs: Readonly<Record<string, (call: ProgramCall) => Promise<number>>> = {
  'cloudhsm-cli': runCli,
  'configure-cli': (call) => configure('cli', call),
  'configure-pkcs11': (call) => configure('pkcs11', call),
}

export const programNames: readonly string[] = Object.keys(programs)

/** The newest version of the SDK that the facts of this family were read of. */
const newestVersion = '5.17.0'

/** Does what the program does. @returns its exit code: 2 for wrong usage */
export async function runProgram(name: string, call: ProgramCall): Promise<number> {
  const { args, terminal } = call
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
    const { RUNBOOK_CLOUDHSM_CLIENT_VERSION: version } = terminal.variables
    terminal.print(`${name} ${version === '' ? newestVersion : version}\n`)
    return 0
  }
  try {
    const run = programs[name]
    return run === undefined ? usageError(terminal, `there is no program '${name}'`) : await run(call)
  } catch (error) {
    if (error instanceof UsageError) return usageError(terminal, error.message)
    terminal.complain(`error: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}
