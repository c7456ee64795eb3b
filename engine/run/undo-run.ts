import type { Leaf, Runbook, Step } from '../document/runbook.ts'
import { walkEntries } from '../document/walk-entries.ts'
import type { Execution } from './execution.ts'
import type { RunHost } from './host.ts'
import { StepError } from '../step/errors.ts'
import { BindingError } from '../environment/open-bindings.ts'
import { openTargets } from './open-targets.ts'
import { keys, type UndoBegun, type UndoEnded } from './records.ts'
import { NeedsPerson } from './run-stop.ts'
import { settleUndo, type UndoSettled } from './settle-undo.ts'
import { failureOf } from './step-failure.ts'
import { nameOf } from './step-name.ts'
import { begunInFinally, leavesToTakeBack } from './undo-leaves.ts'
import { foundToUndo, undoStep } from './undo-step.ts'
import { undoVerdict } from './undo-verdict.ts'

/** The last time that somebody, or something, wanted a run taken back. */
export interface LastUndo {
  readonly n: number
  readonly begun: UndoBegun
  /** `undefined`: it is on its way. */
  readonly ended: UndoEnded | undefined
}

/** One that came as far as it goes. */
export type EndedUndo = LastUndo & { readonly ended: UndoEnded }

export function lastUndo(host: Pick<RunHost, 'recall'>): LastUndo | undefined {
  let last: LastUndo | undefined
  for (let n = 0; ; n += 1) {
    const begun = host.recall(keys.undoBegun(n)) as UndoBegun | undefined // written below alone
    if (begun === undefined) return last
    last = { n, begun, ended: host.recall(keys.undoEnded(n)) as unknown as UndoEnded | undefined } // written below alone
  }
}

/**
 * Takes back what a run made, newest first: to the beginning, to `to`, to a point of no return, or to what cannot be taken back.
 * Journaled, and goes on where an earlier process stopped. What it came to is recorded once, and given back from then on.
 *
 * @param begun who wants it; automatic: nothing is destroyed
 * @throws {NeedsPerson} {StepFailed} {Interrupted}
 */
export async function undoRun(execution: Execution, begun: Omit<UndoBegun, 'begunInFinally'>): Promise<EndedUndo> {
  const { host, runbook } = execution
  const undo = await begin(host, runbook, begun)
  if (undo.ended !== undefined) return { ...undo, ended: undo.ended }
  const ended = await goBack(execution, undo.begun)
  await host.record(keys.undoEnded(undo.n), { ...ended })
  return { ...undo, ended }
}

/** From here on the run goes back and never forward. One that is on its way, or came as far as wanted, is not begun again. */
async function begin(
  host: RunHost,
  runbook: Runbook,
  { automatic, to, by }: Omit<UndoBegun, 'begunInFinally'>,
): Promise<LastUndo> {
  const last = lastUndo(host)
  if (last !== undefined && last.begun.automatic === automatic && last.begun.to === to) return last
  const n = last === undefined ? 0 : last.n + 1
  const begun = { automatic, to, by, begunInFinally: begunInFinally(host, runbook) }
  await host.record(keys.undoBegun(n), begun)
  return { n, begun, ended: undefined }
}

async function goBack(execution: Execution, { to, automatic }: UndoBegun): Promise<UndoEnded> {
  const { host, runbook } = execution
  const leaves = leavesToTakeBack(host, runbook)
  const last = to === null ? leaves.length - 1 : lastOf(execution, leaves, to)
  const stays: string[] = []
  for (const [at, leaf] of leaves.entries()) {
    if (at > last) return { stays: [...stays, ...staying(host, leaves, at)] }
    const went = await goBackBehind(execution, leaf, leaves, automatic)
    if (went.how === 'stays') stays.push(leaf.address)
    if (went.how === 'stop') {
      const behind = staying(host, leaves, at + 1)
      return { stays: [...stays, leaf.address, ...behind], stoppedAt: { address: leaf.address, why: went.why } }
    }
  }
  return { stays }
}

type Went = { readonly how: 'on' } | { readonly how: 'stays' } | { readonly how: 'stop'; readonly why: string }

async function goBackBehind(
  execution: Execution,
  leaf: Leaf,
  leaves: readonly Leaf[],
  automatic: boolean,
): Promise<Went> {
  const { host } = execution
  const verdict = undoVerdict(host, leaf, leaves)
  switch (verdict.how) {
    case 'nothing':
      return { how: 'on' }
    case 'stays':
      return { how: 'stays' }
    case 'stop':
      return verdict.step.kind === 'step' && verdict.doubtful
        ? goBackBehindDoubt(execution, verdict.step, verdict.why)
        : { how: 'stop', why: verdict.why }
    case 'undo':
      return takeBack(execution, verdict.step, verdict.destructive, automatic)
  }
}

/** A step that has no way back may never have been done. Where nobody can look any more, a person says so. */
async function goBackBehindDoubt(execution: Execution, step: Step, why: string): Promise<Went> {
  const { host } = execution
  host.safePoint()
  try {
    await openToUndo(execution, step)
    if ((await foundToUndo(execution, step)) !== undefined) return { how: 'stop', why }
    await host.record(keys.undone(step.address), { how: 'nothing-to-undo' })
    return { how: 'on' }
  } catch (thrown) {
    return wentAs(await settleUndo(execution, step, failureOf(host, nameOf(step), thrown)))
  }
}

async function takeBack(execution: Execution, step: Step, destructive: boolean, automatic: boolean): Promise<Went> {
  const { host, runId } = execution
  host.safePoint()
  host.emit({ type: 'undo-started', step: nameOf(step) })
  try {
    await openToUndo(execution, step)
    const found = await foundToUndo(execution, step)
    if (found === undefined) await host.record(keys.undone(step.address), { how: 'nothing-to-undo' })
    else if (destructive && automatic)
      throw new NeedsPerson('refused', 'taking it back destroys what it made, which never happens by itself', {
        hint: `take it back by command, with approval: \`runbook undo ${runId}\``,
      })
    else await undoStep(execution, step, found.outputs, destructive)
    host.emit({ type: 'undo-ended', step: nameOf(step), how: found === undefined ? 'nothing-to-undo' : 'undone' })
    return { how: 'on' }
  } catch (thrown) {
    return wentAs(await settleUndo(execution, step, failureOf(host, nameOf(step), thrown)))
  }
}

/** What the run made and somebody else took away cannot be opened: then a person says what becomes of what is in it. */
async function openToUndo(execution: Execution, step: Step): Promise<void> {
  try {
    await openTargets(execution, step)
  } catch (error) {
    if (!(error instanceof BindingError)) throw error
    const { code, hint } = error.error
    throw new StepError(code, error.message, { ...(hint === undefined ? {} : { hint }), cause: error })
  }
}

function wentAs(settled: UndoSettled): Went {
  return settled.how === 'stays' ? { how: 'stop', why: settled.why } : { how: 'on' }
}

/** Where the oldest of what `to` names stands: an instance, every instance of an entry, or what a block holds. */
function lastOf({ runbook }: Execution, leaves: readonly Leaf[], to: string): number {
  const named = [...walkEntries([...runbook.steps, ...runbook.finally])].find(({ id }) => id === to)
  const ids = new Set(named === undefined ? [] : [...walkEntries([named])].map(({ id }) => id))
  return leaves.findLastIndex((leaf) => leaf.address === to || ids.has(leaf.id))
}

/** @param from index of the first leaf behind which nothing goes back */
function staying(host: RunHost, leaves: readonly Leaf[], from: number): string[] {
  const behind = leaves.slice(from)
  return behind.filter((leaf) => undoVerdict(host, leaf, leaves).how !== 'nothing').map(({ address }) => address)
}
