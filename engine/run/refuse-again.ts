import { isDeepStrictEqual } from 'node:util'
import type { Runbook } from '../document/runbook.ts'
import type { RunBegun } from './records.ts'
import { NeedsPerson } from './run-stop.ts'
import { summarizeRuns } from './run-summary.ts'
import type { StateFolder } from './state-folder.ts'

/**
 * Refuses a new run where an earlier one of the same runbook, on the same targets with the same inputs, is unfinished, or is
 * done and the runbook is a ceremony (`again: refuse`). What another state folder did shows in the world, where the steps look.
 *
 * @throws {NeedsPerson} `refused`; `stale-plan` when the plan was used before
 */
export async function refuseAgain(state: StateFolder, runbook: Runbook, wanted: RunBegun): Promise<void> {
  for (const { begun, state: progress, beganAt, steps } of await summarizeRuns(state)) {
    // looked at here as well, under the lock: two that apply the same plan at once both saw that nobody had
    if (wanted.plan !== null && begun.plan === wanted.plan)
      throw new NeedsPerson('stale-plan', `plan \`${wanted.plan}\` is stale: it was used by run \`${begun.run}\``, {
        hint: 'make a new plan and have it reviewed',
      })
    if (!isSame(begun, wanted)) continue
    // one in which nothing was begun blocks nobody
    if (progress === 'unfinished' && steps.some(({ state: of }) => of !== 'waiting'))
      throw new NeedsPerson(
        'refused',
        `run \`${begun.run}\` of \`${begun.runbook.name}\`, begun ${beganAt}, is unfinished`,
        {
          hint: `go on with it: \`runbook resume ${begun.run}\``,
        },
      )
    if (progress === 'done' && runbook.again === 'refuse')
      throw new NeedsPerson(
        'refused',
        `run \`${begun.run}\`, begun ${beganAt}, made this already, and \`${runbook.name}\` is done once (\`again: refuse\`)`,
        {
          hint: `see what it made: \`runbook status ${begun.run}\``,
        },
      )
  }
}

function isSame(begun: RunBegun, wanted: RunBegun): boolean {
  return (
    begun.runbook.name === wanted.runbook.name &&
    isDeepStrictEqual(begun.targets, wanted.targets) &&
    isDeepStrictEqual(begun.inputs, wanted.inputs)
  )
}
