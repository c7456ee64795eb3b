/** Why a journal cannot be used. */
export type JournalFailure =
  | 'exists' // there is a journal of that name already
  | 'missing' // there is none
  | 'damaged' // a line before the last one was changed, lost or moved
  | 'newer' // written by a release with another format
  | 'other-head' // whole, and not the one that a given head is of
  | 'read-failed' // the disk gave nothing back
  | 'write-failed' // the disk refused; nothing more is appended by this process

export class JournalError extends Error {
  readonly code: JournalFailure
  /** What to do; `undefined`: what the code alone tells. */
  readonly hint: string | undefined

  constructor(code: JournalFailure, message: string, { hint, cause }: { hint?: string; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'JournalError'
    this.code = code
    this.hint = hint
  }
}
