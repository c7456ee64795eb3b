/** Why a journal cannot be used. */
export type JournalFailure =
  | 'exists' // there is a journal of that name already
  | 'missing' // there is none
  | 'damaged' // a line before the last one was changed, lost or moved
  | 'newer' // written by a release with another format
  | 'write-failed' // the disk refused; nothing more is appended by this process

export class JournalError extends Error {
  readonly code: JournalFailure

  constructor(code: JournalFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'JournalError'
    this.code = code
  }
}
