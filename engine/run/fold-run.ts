import type { PlacedEntry } from '../journal/entry.ts'
import { foldStep, type StepDraft, type StepSummary, summaryOf } from './fold-step.ts'
import { keys, type ProcessBegan, type RunBegun, type RunEnded, type UndoBegun } from './records.ts'
import type { JsonObject } from '../step/json.ts'

/**
 * `unfinished`: may be resumed. `failed`: came to its end around a failure. `undoing`: is on its way back, or was taken back in part. `closed`: it
 * stopped before anything was started. `handed-over`: goes on in another state folder.
 */
export type RunState = 'unfinished' | 'done' | 'failed' | 'undoing' | 'undone' | 'closed' | 'handed-over'

/** What the first and the last record of a run tell. */
export interface RunGlance {
  readonly begun: RunBegun
  readonly beganAt: string
  readonly state: RunState
  readonly head: { readonly records: number; readonly hash: string; readonly at: string }
  /** True when behind the last whole line stands part of a write: one of a crash, or one on its way. */
  readonly torn: boolean
}

/** How far one run is: a fold over its journal and nothing else. */
export interface RunSummary extends RunGlance {
  /** In document order; of an entry inside a `forEach` those instances that have records, in the order in which they began. */
  readonly steps: readonly StepSummary[]
  readonly outputs: JsonObject | undefined
  /** Addresses of what failed and was gone past. */
  readonly failures: readonly string[]
  /** What a person settled or overrode. */
  readonly exceptions: readonly string[]
  /** The principals, else the users, that worked on it. */
  readonly operators: readonly string[]
}

/** So many bytes of outputs, as they stand in the journal, are kept for a summary. */
const outputsKept = 1 << 24

/** Folds a run's records, one after the other, into what is shown of it. */
export class RunFold {
  #first: { readonly begun: RunBegun; readonly at: string } | undefined
  #last: { readonly records: number; readonly hash: string; readonly at: () => string } | undefined
  #ended: RunEnded | undefined
  #undoing: UndoBegun | undefined
  #state: RunState = 'unfinished'
  readonly #operators = new Set<string>()
  readonly #drafts = new Map<string, StepDraft>()
  #outputsLeft = outputsKept
  #entries: Map<string, RunBegun['steps'][number]> | undefined

  /** Records in order, from the first on. */
  take(entry: PlacedEntry): void {
    this.#last = { records: entry.seq + 1, hash: entry.hash, at: () => entry.at }
    if (entry.key.startsWith('step/')) this.#takeStep(entry)
    else this.#takeRun(entry)
  }

  /** @param torn whether part of a write stands behind the last record */
  summary(torn: boolean): RunSummary {
    if (this.#first === undefined || this.#last === undefined) throw new Error('a journal has at least one line')
    const { begun, at: beganAt } = this.#first
    const { records, hash, at } = this.#last
    return {
      begun,
      beganAt,
      state: this.#state,
      steps: this.#steps(begun),
      outputs: this.#ended?.outputs,
      failures: this.#ended?.failures ?? [],
      exceptions: this.#ended?.exceptions ?? [],
      operators: [...this.#operators],
      head: { records, hash, at: at() },
      torn,
    }
  }

  /** Whether nothing more is to come. */
  get ended(): boolean {
    return this.#state !== 'unfinished' && this.#state !== 'undoing'
  }

  /** The summary of one step as it is now; `undefined`: it has no record. */
  stepAt(address: string): StepSummary | undefined {
    const draft = this.#drafts.get(address)
    this.#entries ??= new Map(this.#first?.begun.steps.map((each) => [each.id, each]))
    const entry = this.#entries.get(idOf(address))
    return draft === undefined || entry === undefined ? undefined : summaryOf(entry, address, draft)
  }

  // each value below was written by the engine alone, under its key
  #takeRun(entry: PlacedEntry): void {
    const { key } = entry
    if (key === keys.begun) this.#first = { begun: entry.value as unknown as RunBegun, at: entry.at }
    else if (key === keys.ended) {
      this.#ended = entry.value as unknown as RunEnded
      this.#state = this.#ended.outcome ?? 'done'
    } else if (key === keys.closed) this.#state = 'closed'
    else if (/^run\/handed-over(\/\d+)?$/.test(key)) this.#state = 'handed-over'
    else if (/^run\/accepted(\/\d+)?$/.test(key)) this.#state = this.#undoing === undefined ? 'unfinished' : 'undoing'
    else if (/^undo\/\d+\/begun$/.test(key)) {
      this.#undoing = entry.value as unknown as UndoBegun
      this.#state = 'undoing'
    } else if (/^undo\/\d+\/ended$/.test(key) && this.#ended !== undefined) {
      const partial = (this.#undoing?.to ?? null) !== null && !('stoppedAt' in (entry.value as object))
      if (!partial) this.#state = 'undone'
    } else if (/^process\/\d+$/.test(key)) {
      const { principal, user } = entry.value as unknown as ProcessBegan
      this.#operators.add(principal ?? user)
    }
  }

  #takeStep(entry: PlacedEntry): void {
    const addressEnd = entry.key.indexOf('/', 5)
    const address = entry.key.slice(5, addressEnd)
    const draft = this.#drafts.get(address) ?? {}
    this.#drafts.set(address, draft)
    const keepOutputs = entry.length <= this.#outputsLeft
    const outputsTaken = foldStep(draft, entry.key.slice(addressEnd + 1), entry, keepOutputs)
    if (outputsTaken) this.#outputsLeft -= entry.length
  }

  #steps({ steps }: RunBegun): StepSummary[] {
    const instances = new Map<string, string[]>()
    for (const address of this.#drafts.keys()) {
      const id = idOf(address)
      if (id !== address) instances.set(id, [...(instances.get(id) ?? []), address])
    }
    const begunBlocks = this.#begunBlocks(steps)
    return steps.flatMap((entry) =>
      (instances.get(entry.id) ?? [entry.id]).map((address) => {
        const step = summaryOf(entry, address, this.#drafts.get(address))
        return step.state === 'waiting' && begunBlocks.has(entry.id) ? { ...step, state: 'begun' } : step
      }),
    )
  }

  /** A block leaves no record of its beginning; those of what is in it tell. */
  #begunBlocks(steps: RunBegun['steps']): ReadonlySet<string> {
    const parents = new Map(steps.map(({ id, parent }) => [id, parent]))
    const begun = new Set<string>()
    for (const address of this.#drafts.keys()) {
      for (let block = parents.get(idOf(address)); block !== undefined && !begun.has(block); block = parents.get(block))
        begun.add(block)
    }
    return begun
  }
}

/** `createUser` of `createUser[eu][alice]`. */
function idOf(address: string): string {
  const bracket = address.indexOf('[')
  return bracket === -1 ? address : address.slice(0, bracket)
}
