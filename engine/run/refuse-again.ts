import { isDeepStrictEqual } from 'node:util'
import type { Runbook } from '../document/runbook.ts'
import type { RunBegun } from './records.ts'
import { NeedsPerson } from './run-stop.ts'
import { glanceAtRuns, type RunGlance, summarizeRun } from './run-summary.ts'
import type { StateFolder } from './state-folder.ts'

/**
 * Refuses a new run where an earlier one of the same runbook, on the same targets with the same inputs, is unfinished, or is
 * done and the runbook is a ceremony (`again: refuse`). What another state folder did shows in the world, where the steps look.
 *
 * @throws {NeedsPerson} `refused`; `stale-plan` when the plan was used before
 */
export async function refuseAgain(state: StateFolder, runbook: Runbook, wanted: RunBegun): Promise<void> {
  for (const glance of await glanceAtRuns(state)) {
    const { begun } = glance
    // looked at here as well, under the lock: two that apply the same plan at once both saw that nobody had
    if (wanted.plan !== null && begun.plan === wanted.plan)
      throw new NeedsPerson('stale-plan', `plan \`${wanted.plan}\` is stale: it was used by run \`${begun.run}\``, {
        hint: 'make a new plan and have it reviewed',
      })
    if (isSame(begun, wanted)) await refuseAfter(state, runbook, glance)
  }
}

async function refuseAfter(
  state: StateFolder,
  runbook: Runbook,
  { begun, state: progress, beganAt }: RunGlance,
): Promise<void> {
  const name = `run \`${begun.run}\` of \`${begun.runbook.name}\`, begun ${beganAt},`
  switch (progress) {
    case 'unfinished': {
      // one in which nothing was begun blocks nobody
      const { steps } = await summarizeRun(state, begun.run)
      if (steps.every(({ state: of }) => of === 'waiting')) return
      throw new NeedsPerson('refused', `${name} is unfinished`, {
        hint: `go on with it: \`runbook resume ${begun.run}\``,
      })
    }
    case 'undoing':
      throw new NeedsPerson('refused', `${name} is being taken back`, {
        hint: `take the rest back: \`runbook undo ${begun.run}\``,
      })
    case 'handed-over':
      throw new NeedsPerson('refused', `${name} was handed over to another state folder`, {
        hint: 'go on with it there',
      })
    case 'done':
    case 'failed': // it ended, although not everything in it was done
      if (runbook.again !== 'refuse') return
      throw new NeedsPerson(
        'refused',
        `run \`${begun.run}\`, begun ${beganAt}, made this already, and \`${runbook.name}\` is done once (\`again: refuse\`)`,
        {
          hint: `see what it made: \`runbook status ${begun.run}\``,
        },
      )
    case 'undone':
    case 'closed':
  }
}

function isSame(begun: RunBegun, wanted: RunBegun): boolean {
  return (
    begun.runbook.name === wanted.runbook.name &&
    isDeepStrictEqual(begun.targets, wanted.targets) &&
    isDeepStrictEqual(begun.inputs, wanted.inputs)
  )
}
