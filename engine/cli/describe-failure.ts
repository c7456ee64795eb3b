import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Environment } from '../document/environment.ts'
import { BindingError } from '../environment/open-bindings.ts'
import { refusalOf } from '../journal/disk-refusal.ts'
import { JournalError } from '../journal/journal-error.ts'
import { isTable } from '../render/render-table.ts'
import { stepText } from '../render/outcome-text.ts'
import type { Failure } from '../render/render-failure.ts'
import { DoesNotHold } from '../run/does-not-hold.ts'
import { Interrupted, NeedsPerson, StepFailed } from '../run/run-stop.ts'
import { StateFolderError } from '../run/state-folder.ts'
import { StepError } from '../step/errors.ts'
import { CommandStopped, type Standing } from './command-stopped.ts'
import { exitCodeOf, exitCodes } from './exit-code.ts'
import { ExpectationsMissed } from './expectations-missed.ts'
import { DocumentError } from '../diagnostics/document-error.ts'
import { UsageError } from './usage-error.ts'

/** What went wrong, as data. */
export function describeFailure(error: unknown, standing: Standing): Failure {
  const { done, notDone, goOn, environment } = standing
  const base = {
    kind: kindOf(error),
    hint: undefined,
    diagnostics: [],
    tables: {},
    stack: undefined,
    done,
    notDone,
    goOn,
  }
  const diagnostics = error instanceof DocumentError ? error.diagnostics : undefined
  if (diagnostics !== undefined) return { ...base, code: undefined, message: undefined, diagnostics }
  if (error instanceof BindingError) return ofBinding(error, environment, base)
  if (error instanceof StepFailed) {
    const { code, hint } = error.error
    const message = `${stepText(error.step)}: ${error.message}`
    return { ...base, code, message, hint, tables: tablesOf(error.error), stack: stackOf(error.error) }
  }
  if (error instanceof NeedsPerson) {
    const where = error.step === undefined ? '' : `${stepText(error.step)}: `
    return { ...base, code: error.reason, message: `${where}${error.message}`, hint: error.hint }
  }
  if (error instanceof Interrupted) return { ...base, code: undefined, message: 'stopped on request; nothing is lost' }
  if (error instanceof ExpectationsMissed) return { ...base, code: undefined, message: error.message }
  if (error instanceof UsageError) return { ...base, code: undefined, message: error.message, hint: error.hint }
  if (error instanceof StateFolderError)
    return { ...base, code: 'state-folder', message: error.message, hint: error.hint }
  if (error instanceof JournalError)
    return { ...base, code: `journal-${error.code}`, message: error.message, hint: error.hint ?? journalHint(error) }
  if (StepError.is(error))
    return { ...base, code: error.code, message: error.message, hint: error.hint, stack: stackOf(error) }
  const refusal = refusalOf(error)
  if (refusal !== undefined)
    return { ...base, code: 'disk', message: `${placeOf(error)}: ${refusal.why}`, hint: refusal.hint }
  const message = error instanceof Error ? error.message : String(error)
  return {
    ...base,
    code: 'bug',
    message,
    hint: 'report it, with what stands below',
    stack: error instanceof Error ? error.stack : undefined,
  }
}

/** What is read best as a table, of what an assertion read that does not hold. */
function tablesOf(error: StepError): Failure['tables'] {
  if (!(error instanceof DoesNotHold)) return {}
  return Object.fromEntries(Object.entries(error.read).filter(([, value]) => isTable(value)))
}

/** What the operating system was asked for, as far as its error tells. */
function placeOf(error: unknown): string {
  const { syscall = 'a call', path } = error as { readonly syscall?: string; readonly path?: string } // of node:fs
  return path === undefined ? `\`${syscall}\` failed` : `\`${syscall}\` of \`${path}\` failed`
}

/** Takes a {@link CommandStopped} apart; anything else stands where nothing was done. */
export function unwrapFailure(error: unknown, again: string): { readonly cause: unknown; readonly standing: Standing } {
  if (error instanceof CommandStopped) return error
  return { cause: error, standing: { done: [], notDone: [], goOn: again } }
}

function kindOf(error: unknown): string {
  const code = exitCodeOf(error)
  if (code === exitCodes.person) return 'person needed'
  return code === exitCodes.interrupted ? 'interrupted' : 'error'
}

/** A binding has a place in a file: shown as a mistake there, whatever the exit code. */
function ofBinding(
  { binding, error }: BindingError,
  environment: Environment | undefined,
  base: Omit<Failure, 'code' | 'message'>,
): Failure {
  const target = environment?.bindings.get(binding)
  const stack = stackOf(error)
  if (environment === undefined || target === undefined)
    return { ...base, code: error.code, message: `binding \`${binding}\`: ${error.message}`, hint: error.hint, stack }
  const { code, message, hint } = error
  const diagnostic: Diagnostic = {
    code,
    message: message.includes(`\`${binding}\``) ? message : `binding \`${binding}\`: ${message}`,
    ...(hint === undefined ? {} : { hint }),
    source: environment.source,
    span: target.span,
  }
  return { ...base, code: undefined, message: undefined, diagnostics: [diagnostic], stack }
}

/** Only a bug shows one. */
function stackOf(error: StepError): string | undefined {
  if (error.code !== 'bug') return undefined
  return error.cause instanceof Error ? error.cause.stack : error.stack
}

function journalHint({ code }: JournalError): string | undefined {
  switch (code) {
    case 'damaged':
      return 'keep it as it is; a copy from a backup of the state folder may be whole'
    case 'newer':
      return 'use the release of runbook that wrote it, or a newer one: nothing of the journal was changed'
    case 'write-failed':
      return 'make room or mend the disk, then go on: what was recorded is safe'
    case 'read-failed':
      return 'mend the disk, or what keeps it from being read, then give the same command again'
    case 'exists':
    case 'missing':
    case 'other-head':
      return undefined
  }
}
