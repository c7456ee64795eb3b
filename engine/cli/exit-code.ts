import { BindingError } from '../environment/open-bindings.ts'
import { JournalError } from '../journal/journal-error.ts'
import { Interrupted, NeedsPerson } from '../run/run-stop.ts'
import { StateFolderError } from '../run/state-folder.ts'
import { type ErrorCode, StepError } from '../step/errors.ts'
import { DocumentError } from '../diagnostics/document-error.ts'
import { UsageError } from './usage-error.ts'

export const exitCodes = {
  done: 0,
  /** A step failed, or this program did. */
  failed: 1,
  /** Wrong usage. */
  usage: 2,
  /** Invalid runbook, environment or plan file. */
  invalid: 3,
  /** A person is needed. */
  person: 4,
  /** Interrupted, resumable. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The one place that turns what went wrong into an exit code. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError || error instanceof StateFolderError) return exitCodes.usage
  if (error instanceof DocumentError) return exitCodes.invalid
  if (error instanceof NeedsPerson) return exitCodes.person
  if (error instanceof Interrupted) return exitCodes.interrupted
  if (error instanceof BindingError) return ofBinding(error.error.code)
  if (error instanceof JournalError) return ofJournal(error.code)
  if (StepError.is(error) && error.code === 'cancelled') return exitCodes.interrupted
  return exitCodes.failed
}

/** Nothing was recorded yet when a binding does not open. */
function ofBinding(code: ErrorCode): ExitCode {
  switch (code) {
    case 'not-found':
    case 'invalid':
    case 'denied':
      return exitCodes.invalid // the entry, or what it refers to, is to be mended
    case 'conflict':
    case 'authentication':
      return exitCodes.person
    case 'cancelled':
      return exitCodes.interrupted
    case 'transient':
    case 'throttled':
    case 'in-use':
    case 'device':
    case 'session':
    case 'timeout':
    case 'bug':
      return exitCodes.failed
  }
}

function ofJournal(code: JournalError['code']): ExitCode {
  switch (code) {
    case 'damaged':
    case 'newer':
    case 'exists':
    case 'missing':
    case 'other-head':
      return exitCodes.person
    case 'read-failed':
    case 'write-failed':
      return exitCodes.failed
  }
}
