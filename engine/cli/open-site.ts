import type { Environment, InputValues } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import type { Family } from '../step/family.ts'
import { openEnvironment, openInputs, openRunbook, openSource, type Wanted } from './open-documents.ts'
import type { Arguments } from './parse-arguments.ts'
import { UsageError } from './usage-error.ts'

/** Everything that is said about a run before it begins. */
export interface Site {
  readonly runbook: Runbook
  readonly environment: Environment
  readonly inputs: InputValues
}

/**
 * The runbook that the command line names, with environment and inputs, all of them checked.
 *
 * @throws {UsageError} {DocumentError}
 */
export async function openSite(
  file: string,
  args: Arguments,
  families: readonly Family[],
  wanted: Wanted = 'all',
): Promise<Site> {
  const environmentPath = args.value('env')
  if (environmentPath === undefined)
    throw new UsageError('no environment is named', 'add `--env FILE`; to try without one: `runbook rehearse FILE`')
  const runbookSource = await openSource(file)
  const environmentSource = await openSource(environmentPath)
  const files = await Promise.all(args.values('inputs').map(openSource))
  const runbook = await openRunbook(runbookSource, families)
  const environment = await openEnvironment(environmentSource, runbook, families, wanted)
  return {
    runbook,
    environment,
    inputs: await openInputs(runbook, { arguments: args.values('input'), files, environment }),
  }
}
