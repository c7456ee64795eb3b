import type { ExceptionMade } from '../run/exceptions-made.ts'
import type { RunDone } from '../run/run-parts.ts'
import type { StepSummary } from '../run/run-summary.ts'
import { indent } from './columns.ts'
import { stepText } from './outcome-text.ts'
import type { Paint } from './paint.ts'

/** How a run ended that did not simply do everything. */
export interface Ending {
  readonly done: RunDone
  /** Of the run, as the journal tells. */
  readonly steps: readonly StepSummary[]
  readonly exceptions: readonly ExceptionMade[]
  /** Behind which entry it was to pause. */
  readonly until: string | undefined
  /** How far it was to be taken back. */
  readonly to: string | undefined
  /** The exact command that goes on; `undefined`: nothing is left to do. */
  readonly goOn: string | undefined
}

/** What is said of the end besides the outputs; empty where everything was done, by the rules. */
export function renderEnding(ending: Ending, paint: Paint): string {
  const { done, goOn } = ending
  const lines = [
    ...headline(ending, paint),
    ...(done.failures.length === 0
      ? []
      : ['failed:', ...indent(done.failures.map((each) => failureLine(ending, each)))]),
    ...undoneLines(ending),
    ...(ending.exceptions.length === 0
      ? []
      : ['exceptions:', ...indent(ending.exceptions.map((each) => exceptionLine(ending, each)))]),
    ...(goOn === undefined ? [] : [`go on: ${paint(goOn, 'bold')}`]),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function headline({ done, until, to, exceptions }: Ending, paint: Paint): string[] {
  switch (done.outcome) {
    case 'done':
      return exceptions.length === 0 ? [] : [paint('done with exceptions', 'yellow')]
    case 'failed':
      return [paint('came to its end, and not everything in it was done', 'red')]
    case 'paused':
      return [done.undone === undefined ? `paused behind ${until ?? ''}` : `taken back as far as ${to ?? 'wanted'}`]
    case 'undone':
      return [
        `${done.undone?.automatic === true ? 'a step failed, so the run was taken back' : 'taken back'}${undoneText(done)}`,
      ]
  }
}

function undoneText({ undone }: RunDone): string {
  if (undone?.stoppedAt !== undefined) return `, as far as that goes`
  return (undone?.stays ?? []).length === 0 ? ': nothing that it made is left' : ''
}

function undoneLines(ending: Ending): string[] {
  const { undone } = ending.done
  if (undone === undefined) return []
  const { stays, stoppedAt } = undone
  return [
    ...(stoppedAt === undefined ? [] : [`stopped at ${nameOf(ending, stoppedAt.address)}: ${stoppedAt.why}`]),
    ...(stays.length === 0 ? [] : ['stays:', ...indent(stays.map((address) => nameOf(ending, address)))]),
  ]
}

function failureLine(ending: Ending, address: string): string {
  const gaveUp = ending.steps.find(({ id }) => id === address)?.gaveUp
  return `${nameOf(ending, address)}${gaveUp === undefined ? '' : `: ${gaveUp.message} (${gaveUp.code})`}`
}

function exceptionLine(ending: Ending, { address, what, by, reason, approvedBy }: ExceptionMade): string {
  return `${nameOf(ending, address)}: ${whatText(what)}, says ${by}: ${reason} (approved by ${approvedBy.join(', ')})`
}

function whatText(what: ExceptionMade['what']): string {
  switch (what) {
    case 'done':
      return 'it was done'
    case 'not-done':
      return 'it was not done'
    case 'gone':
      return 'it is gone'
    case 'stays':
      return 'it stays'
    case 'window':
      return 'outside of the maintenance window'
  }
}

/** `3 signRoot`; an address of which the journal holds nothing stands alone. */
function nameOf({ steps }: Ending, address: string): string {
  const step = steps.find(({ id }) => id === address)
  return step === undefined ? address : stepText(step)
}
