import { suggest } from '../diagnostics/suggest.ts'
import { glanceAtRuns, type RunSummary, summarizeRun } from '../run/run-summary.ts'
import { listRunIds, type StateFolder } from '../run/state-folder.ts'
import { UsageError } from './usage-error.ts'

/**
 * The run that a command is about: the named one (the beginning of its id is enough when only one begins so), else the
 * only unfinished one.
 *
 * @returns `undefined` when none is named and none is unfinished
 * @throws {UsageError} when there is no such run, or a choice
 */
export async function chooseRun(state: StateFolder, given: string | undefined): Promise<RunSummary | undefined> {
  if (given !== undefined) return summarizeRun(state, matchRunId(given, await listRunIds(state), state))
  const unfinished = (await glanceAtRuns(state)).filter((run) => run.state === 'unfinished' || run.state === 'undoing')
  if (unfinished.length > 1) {
    const list = unfinished.map(({ begun, beganAt }) => `\`${begun.run}\` (${begun.runbook.name}, begun ${beganAt})`)
    throw new UsageError(`${unfinished.length} runs are unfinished`, `name one: ${list.join(', ')}`)
  }
  const [only] = unfinished
  return only === undefined ? undefined : summarizeRun(state, only.begun.run)
}

/** The one run whose id is, or begins with, what was given. @throws {UsageError} */
export function matchRunId(given: string, ids: readonly string[], state: StateFolder): string {
  if (ids.includes(given)) return given
  const found = ids.filter((id) => id.startsWith(given))
  const [only, another] = found
  if (another !== undefined)
    throw new UsageError(
      `${found.length} runs begin with \`${given}\``,
      `name one: ${found.map((id) => `\`${id}\``).join(', ')}`,
    )
  if (only === undefined)
    throw new UsageError(`there is no run \`${given}\` in \`${state.path}\``, suggest(given, ids).hint)
  return only
}
