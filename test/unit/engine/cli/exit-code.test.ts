import { expect, it } from 'vitest'
import { exitCodeOf } from '../../../../engine/cli/exit-code.ts'
import { DocumentError } from '../../../../engine/diagnostics/document-error.ts'
import { UsageError } from '../../../../engine/cli/usage-error.ts'
import { BindingError } from '../../../../engine/environment/open-bindings.ts'
import { JournalError } from '../../../../engine/journal/journal-error.ts'
import { Interrupted, NeedsPerson, StepFailed } from '../../../../engine/run/run-stop.ts'
import { StateFolderError } from '../../../../engine/run/state-folder.ts'
import { type ErrorCode, StepError } from '../../../../engine/step/errors.ts'

const binding = (code: ErrorCode): BindingError => new BindingError('aws', new StepError(code, 'x'))

it.each<[string, unknown, number]>([
  ['a bug', new TypeError('x'), 1],
  ['a failed step', new StepFailed({ id: 'a', number: '1', title: 'A' }, new StepError('device', 'x')), 1],
  ['a service that throttles', binding('throttled'), 1],
  ['a disk that refuses', new JournalError('write-failed', 'x'), 1],
  ['wrong usage', new UsageError('x'), 2],
  ['a state folder on NFS', new StateFolderError('x', 'y'), 2],
  ['mistakes in a file', new DocumentError([]), 3],
  ['a token that is not there', binding('not-found'), 3],
  ['another account', binding('conflict'), 4],
  ['a refused PIN', binding('authentication'), 4],
  ['a conflict', new NeedsPerson('conflict', 'x'), 4],
  ['a damaged journal', new JournalError('damaged', 'x'), 4],
  ['a stop', new Interrupted(), 130],
  ['a stop while a binding opens', binding('cancelled'), 130],
])('gives %s its exit code', (_, error, code) => {
  expect(exitCodeOf(error)).toBe(code)
})
