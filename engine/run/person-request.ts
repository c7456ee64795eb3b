import type { JsonObject } from '../step/json.ts'

/** What the kernel asks a person for. */
export type PersonRequest = ApprovalRequest | ConfirmationRequest | ManualRequest | ResolutionRequest | OverrideRequest

export interface ApprovalRequest {
  readonly kind: 'approval'
  readonly step: StepName
  /** What the journal's records of this approval begin with: `step/signRoot/approval/0`. */
  readonly key: string
  readonly role: string
  readonly count: number
  /** What is approved, word for word. */
  readonly text: string
  /** SHA-256 of `text` in UTF-8, hex. */
  readonly digest: string
  /** Who approved already. */
  readonly given: readonly string[]
  /** How long an answer is good for, in milliseconds. */
  readonly expiresMs: number
  /** The operators' principals, who may not approve. */
  readonly operators: readonly string[]
}

/** A point of no return: typed by the operator, word for word. */
export interface ConfirmationRequest {
  readonly kind: 'confirmation'
  readonly step: StepName
  /** Why there is no way back. */
  readonly reason: string
  /** What has to be typed: what the target claims to be, or the step's id where it has no target. */
  readonly word: string
}

export interface StepName {
  readonly id: string
  /** Position in the runbook; always shown with the id. */
  readonly number: string
  readonly title: string
}

/** A person does something, and says so. */
export interface ManualRequest {
  readonly kind: 'manual'
  readonly step: StepName
  readonly instructions: string
  /** JSON Schema of what has to be typed. */
  readonly confirm: object
  /** What to type, in words. */
  readonly confirmText: string
  readonly evidence: 'none' | 'optional' | 'required'
}

export interface ManualAnswer {
  /** What was typed, as text. */
  readonly value: string
  /** The operator's principal. */
  readonly by: string
  /** Name of the file among the run's artifacts, and its SHA-256. */
  readonly evidence?: string
  /** The name it had where it came from. */
  readonly evidenceName?: string
  readonly evidenceSha256?: string
}

/** A step is in doubt: somebody has to say whether it was done. */
export interface ResolutionRequest {
  readonly kind: 'resolution'
  readonly step: StepName
  readonly effectId: string
  /** Which doubt about the step this is: how often it was settled, and sent again, before. */
  readonly n: number
  /** `step`: whether it was done. `undo`: it could not be taken back; whether it is still there. */
  readonly of: 'step' | 'undo'
  /** Why it cannot be told. */
  readonly why: string
}

/** What a person says of a step in doubt. Counts once it is approved. */
export interface Resolution {
  readonly claim: 'done' | 'not-done'
  /** Of a step that was done. */
  readonly outputs: JsonObject | null
  readonly reason: string
  readonly by: string
}

/** Something is not to be done now, unless people say otherwise. */
export interface OverrideRequest {
  readonly kind: 'override'
  readonly step: StepName
  /** How many overrides there were before, and were rejected. */
  readonly n: number
  /** `step`: of doing it. `undo`: of taking it back. */
  readonly of: 'step' | 'undo'
  readonly what: 'window'
  readonly why: string
}

export interface Override {
  readonly reason: string
  readonly by: string
}

/** One person's answer to an {@link ApprovalRequest}. */
export type Approval = ApprovalGiven | ApprovalRejected

interface Answered {
  readonly by: string
  readonly digest: string
  /**
   * `unsigned`: a name was typed or taken from the sandbox's rehearsal file. Worth nothing outside a sandbox. `ssh-signature`:
   * verified against the environment's allowed signers.
   */
  readonly how: 'unsigned' | 'ssh-signature'
  /** Armored, over the text and what was decided. */
  readonly signature?: string
  /** Of the key: `SHA256:…`. */
  readonly fingerprint?: string
  /** When the person answered, RFC 3339, as the answer says. */
  readonly answeredAt?: string
}

interface ApprovalGiven extends Answered {
  readonly decision: 'approve'
}

interface ApprovalRejected extends Answered {
  readonly decision: 'reject'
  readonly reason: string
}
