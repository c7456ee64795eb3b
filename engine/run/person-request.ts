/** What the kernel asks a person for. */
export type PersonRequest = ApprovalRequest | ConfirmationRequest

export interface ApprovalRequest {
  readonly kind: 'approval'
  readonly step: StepName
  readonly role: string
  readonly count: number
  /** What is approved, word for word. */
  readonly text: string
  /** SHA-256 of `text` in UTF-8, hex. */
  readonly digest: string
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

/** The answer to an {@link ApprovalRequest}. */
export interface Approval {
  readonly digest: string
  readonly by: readonly string[]
  /** `unsigned`: a name was typed or taken from the sandbox's rehearsal file. Worth nothing outside a sandbox. */
  readonly how: 'unsigned'
}
