import { type OpenRequest, readOpenRequests } from '../../approval/open-requests.ts'
import { listNames } from '../../diagnostics/list-names.ts'
import { suggest } from '../../diagnostics/suggest.ts'
import { refuseHandedOverRun } from '../../run/hand-over-state.ts'
import { glanceAtRuns } from '../../run/run-summary.ts'
import { journalPath, listRunIds, type StateFolder } from '../../run/state-folder.ts'
import { matchRunId } from '../choose-run.ts'
import { UsageError } from '../usage-error.ts'

/**
 * The request that is meant: of the named run, else of the only run that waits for approvals; of the named step, else the only one.
 *
 * @returns `undefined` when nothing waits
 * @throws {UsageError} when there is a choice, or no such run or step
 */
export async function chooseRequest(
  state: StateFolder,
  run: string | undefined,
  step: string | undefined,
): Promise<OpenRequest | undefined> {
  const requests = run === undefined ? await ofOnlyRun(state) : await requestsOf(state, run)
  if (step !== undefined) return ofStep(requests, step)
  const [only, another] = requests
  if (another === undefined) return only
  const list = requests.map(({ address, role }) => `\`${address}\` (role \`${role}\`)`)
  throw new UsageError(
    `${requests.length} steps of run \`${another.run}\` wait for approvals`,
    `name one: ${list.join(', ')}`,
  )
}

/** What waits in a run, which is named by its id or the beginning of it. @throws {UsageError} {NeedsPerson} `handed-over` */
export async function requestsOf(state: StateFolder, run: string): Promise<readonly OpenRequest[]> {
  const runId = matchRunId(run, await listRunIds(state), state)
  await refuseHandedOverRun(state, runId)
  return (await readOpenRequests(journalPath(state, runId))).requests
}

async function ofOnlyRun(state: StateFolder): Promise<readonly OpenRequest[]> {
  const waiting: (readonly OpenRequest[])[] = []
  for (const { begun, state: progress } of await glanceAtRuns(state)) {
    if (progress !== 'unfinished' && progress !== 'undoing') continue
    const requests = await requestsOf(state, begun.run)
    if (requests.length > 0) waiting.push(requests)
  }
  if (waiting.length > 1) {
    const runs = waiting.flatMap(([first]) => (first === undefined ? [] : [first.run]))
    throw new UsageError(`${waiting.length} runs wait for approvals`, `name one: ${listNames(runs, 'or')}`)
  }
  return waiting[0] ?? []
}

function ofStep(requests: readonly OpenRequest[], step: string): OpenRequest | undefined {
  const found = requests.findLast(({ address }) => address === step)
  if (found !== undefined || requests.length === 0) return found
  const addresses = requests.map(({ address }) => address)
  throw new UsageError(`step \`${step}\` does not wait for an approval`, suggest(step, addresses).hint)
}
