import type { PlacedEntry } from '../journal/entry.ts'
import type { JsonObject } from '../step/json.ts'
import type { Outcome } from './events.ts'
import { foldGate, isOfGate, type Gate, type PendingApproval, pendingOf } from './fold-gate.ts'
import type {
  AttendanceAsked,
  GaveUp,
  ItemsListed,
  ResolutionRecorded,
  RunBegun,
  StepSucceeded,
  WaitUntil,
  WhenJudged,
} from './records.ts'

/** How far one entry of a run is; inside a `forEach`: one instance of it. */
export interface StepSummary {
  /** Its address: its id, inside a `forEach` followed by the item's key in brackets. */
  readonly id: string
  readonly number: string
  readonly title: string
  readonly uses: string
  /** Id of the block that holds it. */
  readonly parent: string | undefined
  /**
   * `begun`: started, no end recorded: running, or in doubt when nobody runs it; of a block: something in it was. `skipped`: its `when` did not hold. `gave-up`: it failed for
   * good and the run went on.
   */
  readonly state: 'waiting' | 'begun' | 'done' | 'skipped' | 'gave-up'
  readonly how: Outcome | undefined
  readonly effectId: string | undefined
  /** Who let it happen. */
  readonly approvedBy: readonly string[]
  /** The last of the tries that failed, at most {@link failuresKept}. */
  readonly failures: readonly { readonly code: string; readonly message: string; readonly at: string }[]
  /** How many tries failed. */
  readonly failed: number
  /** Left out of summaries of runs whose outputs are many megabytes. */
  readonly outputs: JsonObject | undefined
  /** Why it was given up. */
  readonly gaveUp: { readonly code: string; readonly message: string } | undefined
  /** What a person claimed of a step in doubt. */
  readonly resolution: Pick<ResolutionRecorded, 'claim' | 'by' | 'reason'> | undefined
  readonly undo: 'begun' | 'done' | undefined
  /** How many items a `forEach` has. */
  readonly items: number | undefined
  /** Who must be there while it works; `undefined`: nobody, or it has ended. */
  readonly attendance: readonly string[] | undefined
  /** What it waits for now, as far as the journal tells. */
  readonly waitsFor: PendingApproval | { readonly kind: 'time'; readonly until: string } | undefined
}

const failuresKept = 10

/** What the records of one step come to so far. */
export interface StepDraft {
  how?: Outcome
  succeeded?: true
  effectId?: string
  started?: true
  attendance?: readonly string[]
  skipped?: true
  failures?: StepSummary['failures']
  failed?: number
  outputs?: JsonObject
  gaveUp?: GaveUp
  resolution?: ResolutionRecorded
  undo?: 'begun' | 'done'
  items?: number
  until?: number
  /** Approvals, by what they are for: `''` the step itself, `override/0`, `resolution/0`. */
  gates?: Map<string, Gate>
}

/**
 * Takes one record of a step.
 *
 * @param rest its key behind `step/ADDRESS/`
 * @param keepOutputs whether there is room for outputs
 * @returns whether outputs were kept
 */
export function foldStep(draft: StepDraft, rest: string, entry: PlacedEntry, keepOutputs: boolean): boolean {
  const [kind = ''] = rest.split('/', 1)
  // each value below was written by the kernel alone, under its key
  switch (kind) {
    case 'started':
      draft.started = true
      draft.effectId = (entry.value as { readonly effectId: string }).effectId
      return false
    case 'succeeded': {
      draft.succeeded = true
      const { how, outputs } = entry.value as unknown as StepSucceeded
      draft.how = how
      if (keepOutputs) draft.outputs = outputs
      return keepOutputs
    }
    case 'failed': {
      const { code, message } = entry.value as { readonly code: string; readonly message: string }
      draft.failed = (draft.failed ?? 0) + 1
      draft.failures = [...(draft.failures ?? []).slice(1 - failuresKept), { code, message, at: entry.at }]
      return false
    }
    case 'when':
      if (!(entry.value as unknown as WhenJudged).holds) draft.skipped = true
      return false
    case 'items':
      draft.items = (entry.value as unknown as ItemsListed).items.length
      return false
    case 'attendance':
      draft.attendance = (entry.value as unknown as AttendanceAsked).people
      return false
    case 'until':
      draft.until = (entry.value as unknown as WaitUntil).until
      return false
    case 'gave-up':
      draft.gaveUp = entry.value as unknown as GaveUp
      return false
    case 'undo':
      if (rest === 'undo/started') draft.undo = 'begun'
      if (rest === 'undo/done') draft.undo = 'done'
      return false
  }
  if (/^resolution\/\d+$/.test(rest)) draft.resolution = entry.value as unknown as ResolutionRecorded
  else if (isOfGate(rest)) foldGate((draft.gates ??= new Map()), rest, entry)
  return false
}

/** @param draft `undefined`: it has no record */
export function summaryOf(
  { number, title, uses, parent }: RunBegun['steps'][number],
  address: string,
  draft: StepDraft | undefined,
): StepSummary {
  const state = stateOf(draft)
  const gates = [...(draft?.gates?.values() ?? [])]
  const ended = state === 'done' || state === 'skipped' || state === 'gave-up'
  return {
    ...{ id: address, number, title, uses, parent, state },
    how: draft?.how,
    effectId: draft?.effectId,
    approvedBy: [...new Set(gates.flatMap(({ by }) => by))],
    failures: draft?.failures ?? [],
    failed: draft?.failed ?? 0,
    outputs: draft?.outputs,
    gaveUp: draft?.gaveUp === undefined ? undefined : { code: draft.gaveUp.code, message: draft.gaveUp.message },
    resolution: resolutionOf(draft),
    undo: draft?.undo,
    items: draft?.items,
    attendance: ended ? undefined : draft?.attendance,
    waitsFor: ended || draft === undefined ? undefined : waitsFor(draft),
  }
}

function stateOf(draft: StepDraft | undefined): StepSummary['state'] {
  if (draft?.succeeded !== undefined) return 'done'
  if (draft?.gaveUp !== undefined) return 'gave-up'
  if (draft?.skipped !== undefined) return 'skipped'
  return draft?.started === undefined && draft?.attendance === undefined ? 'waiting' : 'begun'
}

function resolutionOf(draft: StepDraft | undefined): StepSummary['resolution'] {
  if (draft?.resolution === undefined) return undefined
  const { claim, by, reason } = draft.resolution
  return { claim, by, reason }
}

function waitsFor({ gates, until }: StepDraft): StepSummary['waitsFor'] {
  const pending = gates === undefined ? undefined : pendingOf(gates)
  if (pending !== undefined) return pending
  return until === undefined ? undefined : { kind: 'time', until: new Date(until).toISOString() }
}
