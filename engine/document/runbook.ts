import type { TSchema } from 'typebox'
import type { SourceFile, Span } from '../diagnostics/diagnostic.ts'
import type { Template } from '../expressions/template.ts'
import type { ErrorCode } from '../step/errors.ts'
import type { Json } from '../step/json.ts'
import type { StepType } from '../step/step-type.ts'

/** A runbook that passed every check: positions kept, step types resolved, expressions compiled and typed. */
export interface Runbook {
  readonly source: SourceFile
  readonly name: string
  readonly version: string
  readonly title: string
  readonly description: string | undefined
  /** What a second apply does: a ceremony refuses, a state converges, an act repeats. */
  readonly again: 'refuse' | 'converge' | 'repeat'
  readonly inputs: ReadonlyMap<string, InputDeclaration>
  readonly bindings: ReadonlyMap<string, BindingDeclaration>
  /** In document order, which is the order they run in. */
  readonly steps: readonly Entry[]
  /** Done once the run has ended, however it did. A pause is no end. */
  readonly finally: readonly Entry[]
  /** Scripts it runs, by path as written, with the SHA-256 of their bytes: resume and plans are pinned to them. */
  readonly scripts: ReadonlyMap<string, string>
  readonly outputs: Template
}

export interface InputDeclaration {
  /** JSON Schema of the value; ordinary keywords of the declaration (`type`, `format`, `enum`, `pattern`, …). */
  readonly schema: TSchema
  readonly description: string
  /** Used when nobody gives a value; without it the input is required. */
  readonly default: Json | undefined
  readonly span: Span
}

export interface BindingDeclaration {
  readonly kind: string
  readonly description: string
  /** Id of the entry that makes it; `undefined`: it is there before the first step. */
  readonly madeBy: string | undefined
  readonly span: Span
}

/** One entry of `steps:`. */
export type Entry = Leaf | Block

/** An entry that does something itself. */
export type Leaf = Step | Manual | Assertion | Pause

/** An entry that holds entries. */
export type Block = Group | Parallel | ForEach

/** What every entry has. */
export interface EntryBase {
  /** Unique in the document. */
  readonly id: string
  /**
   * Names one instance in journal, events and effect ids: the id, inside a `forEach` followed by the item's key in brackets, as in
   * `createUser[alice]`. Keys are percent-encoded, so that an address holds no slash.
   */
  readonly address: string
  /** Position, one-based: `3`, inside a block `3.2`. Always shown together with the id. */
  readonly number: string
  readonly title: string
  readonly span: Span
  /** Evaluated once and journaled; when it does not hold the entry is skipped. */
  readonly when: Template | undefined
  /** Where control goes when it failed for good. */
  readonly onFailure: OnFailure
  /** With `continue`: the codes of the failures that are gone past; `undefined`: of all. */
  readonly continueOn: readonly ErrorCode[] | undefined
  /** True: its failure, gone past with `onFailure: continue`, does not make the run a failed one. */
  readonly mayFail: boolean
  /** How long it typically takes, where the runbook says so. */
  readonly estimateMs: number | undefined
}

/** `stop`: the run pauses, resumable. `continue`: goes past it. `undo`: what the run made is taken back. */
type OnFailure = 'stop' | 'continue' | 'undo'

/** A step type at work. */
export interface Step extends EntryBase {
  readonly kind: 'step'
  readonly type: StepType
  /** Binding name, or binding names by role. */
  readonly target: string | Readonly<Record<string, string>> | undefined
  readonly with: Template
  readonly timeoutMs: number | undefined
  readonly retry: RetryPolicy | undefined
  readonly existing: 'refuse' | 'adopt' | undefined
  readonly approval: ApprovalRule | undefined
  /** Why there is no way back, in the author's words. */
  readonly pointOfNoReturn: string | undefined
  /** Set: the step never applies; it looks until what it wants is there. */
  readonly wait: WaitFor | undefined
}

/** Looks until `check` is satisfied and `until`, which sees `outputs`, holds. */
export interface WaitFor {
  readonly until: Template | undefined
  readonly everyMs: number | undefined
}

/** A person does something and says so. */
export interface Manual extends EntryBase {
  readonly kind: 'manual'
  /** What to do. */
  readonly instructions: Template
  /** JSON Schema of what has to be typed afterwards; `undefined`: the entry's id. */
  readonly confirm: TSchema | undefined
  readonly confirmText: string | undefined
  readonly evidence: 'none' | 'optional' | 'required'
  readonly approval: ApprovalRule | undefined
  readonly pointOfNoReturn: string | undefined
}

/** Something that must be true here. */
export interface Assertion extends EntryBase {
  readonly kind: 'assert'
  readonly holds: Template
  /** What it means when it is not. */
  readonly message: Template
}

/** Waits for a time; a resume waits for what is left of it. */
export interface Pause extends EntryBase {
  readonly kind: 'wait'
  readonly durationMs: number
}

/** Entries one after the other, under one `when`, `onFailure` and `finally`. */
interface Group extends EntryBase {
  readonly kind: 'group'
  readonly entries: readonly Entry[]
  /** Done once the block has ended, however it did. */
  readonly finally: readonly Entry[]
}

/** Entries at the same time. */
interface Parallel extends EntryBase {
  readonly kind: 'parallel'
  readonly entries: readonly Entry[]
  readonly finally: readonly Entry[]
  readonly concurrency: number | undefined
}

/** The same entries for each item of a list. */
export interface ForEach extends EntryBase {
  readonly kind: 'forEach'
  /** The list; evaluated once and journaled. */
  readonly in: Template
  /** The name of the item in expressions. */
  readonly as: string
  /** An item's stable key; `undefined`: the item itself. */
  readonly key: Template | undefined
  readonly concurrency: number
  readonly entries: readonly Entry[]
  readonly finally: readonly Entry[]
}

export interface RetryPolicy {
  readonly on: readonly ErrorCode[]
  /** Attempts after the first. */
  readonly times: number
}

export interface ApprovalRule {
  readonly role: string
  readonly count: number
  /** How long an approval is good for after it was given. */
  readonly expiresMs: number
}
