import { count } from '../diagnostics/list-names.ts'
import type { LockHolder } from '../run/lock.ts'
import type { RunSummary, StepSummary } from '../run/run-summary.ts'
import { columns, indent } from './columns.ts'
import { outcomeText, stepText } from './outcome-text.ts'
import type { Paint } from './paint.ts'

export interface Status {
  readonly summary: RunSummary
  readonly stateFolder: string
  /** Who works in the state folder now. */
  readonly holder: LockHolder | undefined
  /** What to do next; `undefined`: nothing. */
  readonly next: string | undefined
}

/** How far one run is. */
export function renderStatus({ summary, stateFolder, holder, next }: Status, paint: Paint): string {
  const { begun, beganAt, state, steps, head, torn } = summary
  const { runbook, environment } = begun
  const doneSteps = steps.filter((step) => step.state === 'done').length
  const blocks = [
    columns([
      ['run', `${begun.run}, begun ${beganAt}`],
      ['runbook', `${runbook.name} ${runbook.version}: ${runbook.title}`],
      ['environment', `${environment.name} (${environment.kind})`],
      ['state', `${stateText(summary)}, ${doneSteps} of ${count(steps.length, 'step')} done`],
      [
        'journal',
        `${head.records} records, last ${head.at}, head ${head.hash}${torn ? ', last line half written by a crash' : ''}`,
      ],
      ['folder', stateFolder],
      [
        'held by',
        holder === undefined
          ? 'nobody'
          : `${holder.purpose}: process ${holder.pid} of ${holder.user} on ${holder.host}, since ${holder.since}`,
      ],
    ]),
    steps.flatMap((step) => stepLines(step, holder !== undefined && state === 'unfinished', paint)),
    ...(next === undefined ? [] : [[`next: ${paint(next, 'bold')}`]]),
  ]
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function stateText({ state }: RunSummary): string {
  switch (state) {
    case 'unfinished':
      return 'unfinished'
    case 'done':
      return 'done'
    case 'closed':
      return 'stopped before anything was started'
  }
}

function stepLines(step: StepSummary, held: boolean, paint: Paint): string[] {
  const details = [
    ...step.failures.map(({ at, code, message }) => `${at} failed: ${message} (${code})`),
    ...(step.approvedBy.length === 0 ? [] : [`approved by ${step.approvedBy.join(', ')}`]),
  ]
  return [
    `${markOf(step, paint)} ${paint(stepText(step), 'bold')}  ${step.title}: ${stepState(step, held)}`,
    ...indent(details, 4),
  ]
}

function markOf({ state }: StepSummary, paint: Paint): string {
  switch (state) {
    case 'done':
      return paint('✔', 'green')
    case 'begun':
      return paint('▶', 'yellow')
    case 'waiting':
      return paint('·', 'dim')
  }
}

function stepState({ state, how, effectId }: StepSummary, held: boolean): string {
  switch (state) {
    case 'done':
      return how === undefined ? 'done' : `done (${outcomeText(how)})`
    case 'begun':
      return `${held ? 'begun' : 'begun, outcome not recorded: resume looks'}, effect \`${effectId ?? ''}\``
    case 'waiting':
      return 'not begun'
  }
}
