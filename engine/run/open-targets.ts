import { bindingsOf, makerOf } from '../document/bindings-of.ts'
import type { Step } from '../document/runbook.ts'
import { BindingError } from '../environment/open-bindings.ts'
import { StepError } from '../step/errors.ts'
import type { Execution } from './execution.ts'
import type { RunHost } from './host.ts'
import { callDeadline } from './look.ts'
import { keys } from './records.ts'
import { Attempts } from './retry.ts'
import { stepErrorOf } from './step-failure.ts'

/**
 * Opens what a step acts on and an entry of the run made, where this process has not yet; what it turned out to be is journaled. A failure
 * is retried by error code like one of the step, and then is none of the step's: the run pauses as where a binding cannot be opened
 * before the first step.
 *
 * @throws {BindingError} {StepError} `not-found` when its maker was not done
 */
export async function openTargets(execution: Execution, step: Step): Promise<void> {
  const attempts = new Attempts(execution, step)
  for (const name of unopened(execution, step)) {
    const maker = makerOf(execution.runbook, name) ?? ''
    if (!isMade(execution, name))
      throw new StepError('not-found', `binding \`${name}\` is not there: \`${maker}\`, which makes it, was not done`, {
        hint: `ask \`has(steps.${maker}.outputs)\` in its \`when\``,
      })
    for (let open = false; !open;) {
      try {
        await openOne(execution, step, name)
        open = true
      } catch (thrown) {
        const error = thrown instanceof BindingError ? thrown.error : stepErrorOf(thrown)
        await attempts.lookFailed(error).catch((last: unknown) => {
          throw last === error && error.code !== 'cancelled' ? new BindingError(name, error) : last
        })
      }
    }
  }
}

/**
 * The same for a step ahead, tried once.
 *
 * @returns false when something that it acts on was not made yet
 */
export async function openAhead(execution: Execution, step: Step): Promise<boolean> {
  const names = unopened(execution, step)
  if (!names.every((name) => isMade(execution, name))) return false
  for (const name of names) await openOne(execution, step, name)
  return true
}

/** Whether what a step acts on was taken back with the entry that made it. */
export function isTakenBack({ runbook, host }: Execution, step: Step): boolean {
  return bindingsOf(step).some((name) => {
    const maker = makerOf(runbook, name)
    return maker !== undefined && host.recall(keys.undone(maker)) !== undefined
  })
}

function unopened({ runbook, targets }: Execution, step: Step): readonly string[] {
  return bindingsOf(step).filter((name) => makerOf(runbook, name) !== undefined && !targets.isOpen(name))
}

/** A maker is inside no `forEach`, so its address is its id. */
function isMade({ runbook, host }: Execution, binding: string): boolean {
  const maker = makerOf(runbook, binding)
  return maker === undefined || host.recall(keys.succeeded(maker)) !== undefined
}

async function openOne(execution: Execution, step: Step, name: string): Promise<void> {
  const { host, targets } = execution
  const facts = await host.effect(`step/${step.address}/open`, callDeadline(execution, step), () => targets.open(name))
  await host.record(keys.processTarget(lastProcess(host), name), { ...facts })
}

function lastProcess(host: Pick<RunHost, 'recall'>): number {
  let n = 0
  while (host.recall(keys.process(n + 1)) !== undefined) n += 1
  return n
}
