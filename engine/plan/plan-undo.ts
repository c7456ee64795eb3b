import type { Static, TObject } from 'typebox'
import { bindingsAtStart, bindingsOf, makerOf } from '../document/bindings-of.ts'
import type { Environment } from '../document/environment.ts'
import type { Leaf, Runbook, Step } from '../document/runbook.ts'
import { BindingError, openBindings, type OpeningParts } from '../environment/open-bindings.ts'
import { targetBoard, type TargetBoard } from '../environment/target-board.ts'
import { localDisk } from '../journal/disk.ts'
import { readJournal } from '../journal/read-journal.ts'
import { openArtifacts } from '../run/artifacts.ts'
import { existingOf } from '../run/existing-of.ts'
import { keys, type RunBegun, type StepStarted } from '../run/records.ts'
import { RecordStore } from '../run/record-store.ts'
import { artifactsPath, journalPath, type StateFolder } from '../run/state-folder.ts'
import { stepErrorOf } from '../run/step-failure.ts'
import { leavesToTakeBack } from '../run/undo-leaves.ts'
import { undoVerdict } from '../run/undo-verdict.ts'
import type { Artifacts } from '../step/context.ts'
import type { CheckAnswer } from '../step/check-answer.ts'
import type { Json, JsonObject } from '../step/json.ts'

/**
 * What taking a run back would do with one step, newest first.
 *
 * - `undo`: it is taken back; `destroy`: that destroys what it made, which people approve
 * - `stays`: it is passed by
 * - `stop`: nothing goes back behind it; `behind`: it stays for that reason
 */
export interface PlannedUndo {
  readonly address: string
  readonly number: string
  readonly title: string
  readonly decision: 'undo' | 'destroy' | 'stays' | 'stop' | 'behind'
  readonly why?: string
  /** What a look saw of its effect; absent: nobody looked. */
  readonly seen?: string
}

export interface UndoPlan {
  readonly run: string
  readonly steps: readonly PlannedUndo[]
}

export interface UndoPlanParts extends Omit<OpeningParts, 'runId' | 'sandbox'> {
  readonly state: StateFolder
  readonly runId: string
  readonly runbook: Runbook
  readonly environment: Environment
  /** Milliseconds since the epoch on the run's clock. */
  readonly now: () => number
}

/**
 * Plans taking a run back: opens the targets, which logs in, and looks at what each step made. Nothing but `check` of a step type is
 * called.
 *
 * @throws {BindingError} {JournalError}
 */
export async function planUndo(parts: UndoPlanParts): Promise<UndoPlan> {
  const { state, runId, runbook, environment } = parts
  using memory = new RecordStore(journalPath(state, runId))
  await readJournal(localDisk, journalPath(state, runId), (entry) => memory.keep(entry))
  const records: Records = { recall: (key) => memory.get(key) }
  await using bindings = await openBindings(environment, bindingsAtStart(runbook), {
    ...parts,
    runId: undefined,
    sandbox: environment.sandbox !== undefined,
  })
  const lookout: Lookout = {
    ...{ parts, records, targets: targetBoard(environment, bindings) },
    artifacts: await openArtifacts(artifactsPath(state, runId)),
  }
  const leaves = leavesToTakeBack(records, runbook)
  const steps: PlannedUndo[] = []
  let stopped = false
  for (const leaf of leaves) {
    const planned = await planLeaf(lookout, leaf, leaves, stopped)
    if (planned === undefined) continue
    steps.push(planned)
    stopped ||= planned.decision === 'stop'
  }
  const begun = records.recall(keys.begun) as unknown as RunBegun // the first record, written by `createRun` alone
  return { run: begun.run, steps }
}

interface Records {
  recall(key: string): Json | undefined
}

interface Lookout {
  readonly parts: UndoPlanParts
  readonly records: Records
  readonly targets: TargetBoard
  readonly artifacts: Artifacts
}

/** `undefined`: there is nothing to take back. */
async function planLeaf(
  lookout: Lookout,
  leaf: Leaf,
  leaves: readonly Leaf[],
  stopped: boolean,
): Promise<PlannedUndo | undefined> {
  const { records } = lookout
  const verdict = undoVerdict(records, leaf, leaves)
  const { address, number, title } = leaf
  const name = { address, number, title }
  if (verdict.how === 'nothing') return undefined
  if (stopped) return { ...name, decision: 'behind' }
  if (verdict.how === 'stays') return { ...name, decision: 'stays', why: verdict.why }
  const wasStarted = records.recall(keys.started(leaf.address)) !== undefined
  const seen = verdict.step.kind === 'step' && wasStarted ? await look(lookout, verdict.step) : undefined
  const looked = seen === undefined ? {} : { seen: seen.text }
  if (verdict.doubtful && seen?.there === false) return undefined
  if (verdict.how === 'stop') return { ...name, decision: 'stop', why: verdict.why, ...looked }
  return { ...name, decision: verdict.destructive ? 'destroy' : 'undo', ...looked }
}

async function look(
  { parts, records, targets, artifacts }: Lookout,
  step: Step,
): Promise<{ readonly text: string; readonly there: boolean | undefined }> {
  const { runId, runbook, signal, now, environment } = parts
  const started = records.recall(keys.started(step.address)) as unknown as StepStarted // of a step that has something to undo
  let answers = 0
  while (records.recall(keys.answered(step.address, answers)) !== undefined) answers += 1
  try {
    // a step was started on them, so they were made; they may be gone since
    for (const name of bindingsOf(step))
      if (makerOf(runbook, name) !== undefined && !targets.isOpen(name)) await targets.open(name)
    const answer = (await step.type.check(started.inputs as Static<TObject>, {
      ...{ target: targets.capability(step), run: { id: runId, runbook: runbook.name }, stepId: step.address },
      ...{ existing: existingOf(step), effectId: started.effectId, before: started.before ?? undefined },
      answer: answers === 0 ? undefined : records.recall(keys.answered(step.address, answers - 1)),
      ...{ artifacts, signal, now, sandbox: environment.sandbox !== undefined },
    })) as CheckAnswer<JsonObject> // outputs as their schema says
    return textOf(answer, started.effectId)
  } catch (error) {
    const { code, message } = error instanceof BindingError ? error.error : stepErrorOf(error)
    if (code === 'cancelled') throw error
    return { text: `cannot be looked at: ${message} (${code})`, there: undefined }
  }
}

function textOf(
  answer: CheckAnswer<JsonObject>,
  effectId: string,
): { readonly text: string; readonly there: boolean | undefined } {
  switch (answer.state) {
    case 'satisfied':
      return answer.madeBy === undefined || answer.madeBy === effectId
        ? { text: 'still there', there: true }
        : { text: `in the way: somebody else made what is there now (\`${answer.madeBy}\`)`, there: false }
    case 'partial':
      return { text: `half of it is there: ${answer.what}`, there: true }
    case 'pending':
      return { text: `changing: ${answer.what}`, there: undefined }
    case 'absent':
      return { text: 'gone', there: false }
    case 'different':
      return { text: 'changed by somebody since', there: false }
    case 'conflict':
      return { text: `in the way: ${answer.differs}`, there: false }
    case 'unknowable':
      return { text: `cannot be seen: ${answer.why}`, there: undefined }
  }
}
