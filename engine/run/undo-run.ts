import type { Step } from '../document/runbook.ts'
import type { Execution } from './execution.ts'
import { instancesOf } from './instances.ts'
import { keys, type StepStarted, type StepSucceeded, type UndoBegun } from './records.ts'
import { NeedsPerson } from './run-stop.ts'
import { failureOf } from './step-failure.ts'
import { nameOf } from './step-name.ts'
import { undoStep } from './undo-step.ts'

/** How far back a run was taken. */
export interface Undone {
  /** Addresses of steps whose effects stay, newest first. */
  readonly stays: readonly string[]
  /** Where it stopped, and why; absent: it came to the beginning, or to where it was to go. */
  readonly stoppedAt?: { readonly address: string; readonly why: string }
}

/** What of one step there is to undo. */
export type UndoVerdict =
  | { readonly how: 'undo'; readonly destructive: boolean }
  /** It has no lasting effect, or none of this run. */
  | { readonly how: 'nothing' }
  /** Nothing goes back behind it. */
  | { readonly how: 'stop'; readonly why: string }

/** What the journal and the step type say of taking one step back. */
export function undoVerdict(host: Execution['host'], step: Step): UndoVerdict {
  const { address, type } = step
  const started = host.recall(keys.started(address)) as StepStarted | undefined // written by `changeWorld` alone
  if (started === undefined || type.effect === 'read' || host.recall(keys.undone(address)) !== undefined)
    return { how: 'nothing' }
  const succeeded = host.recall(keys.succeeded(address)) as StepSucceeded | undefined // written by `runEntry` alone
  if (succeeded !== undefined && succeeded.how !== 'made' && succeeded.how !== 'recovered') return { how: 'nothing' }
  if (host.recall(keys.confirmed(address)) !== undefined) return { how: 'stop', why: 'it was a point of no return' }
  if (type.undo === 'nothing') return { how: 'nothing' }
  if (type.undo === 'impossible') return { how: 'stop', why: 'it cannot be taken back' }
  return { how: 'undo', destructive: type.undo.destructive }
}

/** Takes back what a run made, newest first, because a step with `onFailure: undo` failed. Destroys nothing. */
export async function undoAfterFailure(execution: Execution): Promise<Undone> {
  await begin(execution, { automatic: true, to: null, by: execution.operators.at(-1) ?? '' })
  return undoBack(execution, undefined, true)
}

/**
 * Takes back what a run made, newest first, because a person says so.
 *
 * @param to the last step to take back, itself included; absent: all
 */
export async function undoByCommand(execution: Execution, to: string | undefined): Promise<Undone> {
  await begin(execution, { automatic: false, to: to ?? null, by: execution.operators.at(-1) ?? '' })
  return undoBack(execution, to, false)
}

/** From here on the run goes back and never forward. */
async function begin({ host }: Execution, begun: UndoBegun): Promise<void> {
  let n = 0
  while (host.recall(keys.undoBegun(n)) !== undefined) n += 1
  const last = n === 0 ? undefined : (host.recall(keys.undoBegun(n - 1)) as UndoBegun | undefined) // written below alone
  if (last !== undefined && last.automatic === begun.automatic && last.to === begun.to) return
  await host.record(keys.undoBegun(n), { ...begun })
}

async function undoBack(execution: Execution, to: string | undefined, automatic: boolean): Promise<Undone> {
  const { host, runbook } = execution
  const steps = [...instancesOf(host, [...runbook.steps, ...runbook.finally])]
    .filter((leaf) => leaf.kind === 'step')
    .reverse()
  for (const [at, step] of steps.entries()) {
    const verdict = undoVerdict(host, step)
    const stays = (): string[] =>
      steps
        .slice(at)
        .filter((each) => undoVerdict(host, each).how !== 'nothing')
        .map(({ address }) => address)
    if (verdict.how === 'stop') return { stays: stays(), stoppedAt: { address: step.address, why: verdict.why } }
    if (verdict.how === 'undo') {
      if (verdict.destructive && automatic)
        throw new NeedsPerson('refused', 'taking it back destroys what it made, which never happens by itself', {
          step: nameOf(step),
          hint: `take it back by command, with approval: \`runbook undo ${execution.runId}\``,
        })
      host.safePoint()
      host.emit({ type: 'undo-started', step: nameOf(step) })
      try {
        const how = await undoStep(execution, step, verdict.destructive)
        host.emit({ type: 'undo-ended', step: nameOf(step), how })
      } catch (error) {
        throw failureOf(host, nameOf(step), error)
      }
    }
    if (step.id === to || step.address === to)
      return {
        stays: steps
          .slice(at + 1)
          .filter((each) => undoVerdict(host, each).how !== 'nothing')
          .map(({ address }) => address),
      }
  }
  return { stays: [] }
}
