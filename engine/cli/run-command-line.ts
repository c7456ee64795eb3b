import { suggest } from '../diagnostics/suggest.ts'
import type { Surroundings } from './command.ts'
import { commandTable } from './command-table.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { commandHelp, programHelp } from './help.ts'
import { parseArguments } from './parse-arguments.ts'
import { quoteCommand } from './quote.ts'
import { reportFailure } from './report-failure.ts'
import { UsageError } from './usage-error.ts'

/** Runs one command line to its exit code. Never throws. */
export async function runCommandLine(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr } = surroundings
  try {
    return await dispatch(argv, surroundings)
  } catch (error) {
    const json = argv.includes('--json')
    return reportFailure(error, { stdout, stderr, json, again: againAfter(error, argv) })
  }
}

async function dispatch([name, ...rest]: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr, toolVersion } = surroundings
  if (name === undefined) {
    stderr.write(programHelp())
    return exitCodes.usage
  }
  if (name === '--help' || name === '-h' || name === 'help') return help(rest[0], surroundings)
  if (name === '--version') {
    stdout.write(`${toolVersion}\n`)
    return exitCodes.done
  }
  if (name.startsWith('-'))
    throw new UsageError(`\`${name}\` stands before the command`, 'name the command first: `runbook COMMAND [OPTIONS]`')
  const command = await commandNamed(name).load()
  // help is given to whoever asks, whatever else is wrong with the line
  if (rest.includes('--help') || rest.includes('-h')) {
    stdout.write(commandHelp(command))
    return exitCodes.done
  }
  return command.run(parseArguments(rest, command.options), surroundings)
}

async function help(name: string | undefined, { stdout }: Surroundings): Promise<ExitCode> {
  stdout.write(name === undefined ? programHelp() : commandHelp(await commandNamed(name).load()))
  return exitCodes.done
}

function commandNamed(name: string): { load: () => Promise<import('./command.ts').Command> } {
  const entry = commandTable.get(name)
  if (entry !== undefined) return entry
  throw new UsageError(`unknown command \`${name}\``, suggest(name, commandTable.keys()).hint ?? 'see `runbook --help`')
}

/** After wrong usage one reads the help; after anything else one gives the same command again. */
function againAfter(error: unknown, argv: readonly string[]): string {
  if (!(error instanceof UsageError)) return quoteCommand(['runbook', ...argv])
  const [name = ''] = argv
  return commandTable.has(name) ? `runbook ${name} --help` : 'runbook --help'
}
