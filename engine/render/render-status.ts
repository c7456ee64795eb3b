import { count } from '../diagnostics/list-names.ts'
import type { LockHolder } from '../run/lock.ts'
import type { RunState, RunSummary, StepSummary } from '../run/run-summary.ts'
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
  const { begun, beganAt, state, steps, head, operators } = summary
  const { runbook, environment } = begun
  const doneSteps = steps.filter((step) => step.state === 'done' || step.state === 'skipped').length
  const needs = state === 'unfinished' ? waitsForText(summary) : undefined
  const blocks = [
    columns([
      ['run', `${begun.run}, begun ${beganAt}`],
      ['runbook', `${runbook.name} ${runbook.version}: ${runbook.title}`],
      ['environment', `${environment.name} (${environment.kind})`],
      ['state', `${stateText(state)}, ${doneSteps} of ${count(steps.length, 'step')} done`],
      ...(needs === undefined ? [] : [['waits for', needs]]),
      ...(summary.exceptions.length === 0 ? [] : [['exceptions', summary.exceptions.join('; ')]]),
      ['journal', `${head.records} records, last ${head.at}, head ${head.hash}${tornText(summary, holder)}`],
      ['folder', stateFolder],
      ...(operators.length < 2 ? [] : [['operators', operators.join(', ')]]),
      [
        'held by',
        holder === undefined
          ? 'nobody'
          : `${holder.purpose}: process ${holder.pid} of ${holder.user} on ${holder.host}, since ${holder.since}`,
      ],
    ]),
    stepBlock(steps, holder !== undefined && state === 'unfinished', paint),
    ...(next === undefined ? [] : [[`next: ${paint(next, 'bold')}`]]),
  ]
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function stateText(state: RunState): string {
  switch (state) {
    case 'unfinished':
    case 'done':
    case 'undone':
      return state
    case 'failed':
      return 'ended, with failures'
    case 'undoing':
      return 'being taken back'
    case 'closed':
      return 'stopped before anything was started'
    case 'handed-over':
      return 'handed over: it goes on in another state folder'
  }
}

function tornText({ torn }: RunSummary, holder: LockHolder | undefined): string {
  if (!torn) return ''
  return holder === undefined ? ', last line half written by a crash' : ', and a line is being written'
}

/** What has to happen before it goes on, as far as the journal tells: windows and questions at a terminal leave no record. */
function waitsForText({ steps }: RunSummary): string | undefined {
  const waiting = steps.flatMap((step) => {
    const text = waitText(step)
    if (text !== undefined) return [`${text}, before ${stepText(step)}`]
    return (step.attendance ?? []).map((people) => `${people}, at ${stepText(step)}`)
  })
  if (waiting.length > 0) return waiting.length > 3 ? `${waiting.slice(0, 3).join('; ')}; …` : waiting.join('; ')
  const next = steps.find(({ state }) => state === 'waiting' || state === 'begun')
  return next?.uses === 'manual' ? `a person, who does ${stepText(next)}: ${next.title}` : undefined
}

function waitText({ waitsFor }: StepSummary): string | undefined {
  if (waitsFor === undefined) return undefined
  if (waitsFor.kind === 'time') return waitsFor.until
  const { of, role, given, needed, rejected } = waitsFor
  const what = of === 'step' ? 'approval' : `approval of the ${of}`
  if (rejected !== undefined)
    return `${what} by \`${role}\`, asked anew: ${rejected.by} rejected it (${rejected.reason})`
  return `${what} by \`${role}\`, ${given.length} of ${needed} given`
}

function stepBlock(steps: readonly StepSummary[], held: boolean, paint: Paint): string[] {
  const parents = new Map(steps.map(({ id, parent }) => [id, parent]))
  const depthOf = (id: string | undefined): number => (id === undefined ? 0 : 1 + depthOf(parents.get(id)))
  return steps.flatMap((step) => indent(stepLines(step, held, paint), 2 * depthOf(step.parent)))
}

function stepLines(step: StepSummary, held: boolean, paint: Paint): string[] {
  const { failures, failed, approvedBy, gaveUp, resolution } = step
  const wait = waitText(step)
  const details = [
    ...(failed > failures.length ? [`failed ${failed} times, the last ${failures.length}:`] : []),
    ...failures.map(({ at, code, message }) => `${at} failed: ${message} (${code})`),
    ...(approvedBy.length === 0 ? [] : [`approved by ${approvedBy.join(', ')}`]),
    ...(wait === undefined ? [] : [`waits for ${wait}`]),
    ...(step.attendance ?? []).map((people) => `must be there: ${people}`),
    ...(gaveUp === undefined ? [] : [`given up: ${gaveUp.message} (${gaveUp.code})`]),
    ...(resolution === undefined
      ? []
      : [
          `${resolution.by} says that it was ${resolution.claim === 'done' ? 'done' : 'not done'}: ${resolution.reason}`,
        ]),
  ]
  return [
    `${markOf(step, paint)} ${paint(stepText(step), 'bold')}  ${step.title}: ${stepState(step, held)}`,
    ...indent(details, 4),
  ]
}

function markOf({ state, undo }: StepSummary, paint: Paint): string {
  if (undo === 'done') return paint('↩', 'dim')
  switch (state) {
    case 'done':
      return paint('✔', 'green')
    case 'begun':
      return paint('▶', 'yellow')
    case 'gave-up':
      return paint('✖', 'red')
    case 'waiting':
    case 'skipped':
      return paint('·', 'dim')
  }
}

function stepState(step: StepSummary, held: boolean): string {
  const { undo, items } = step
  const ended = `${endText(step, held)}${items === undefined ? '' : `, ${count(items, 'item')}`}`
  if (undo === undefined) return ended
  return `${ended}, ${undo === 'done' ? 'undone' : held ? 'undo begun' : 'undo begun, outcome not recorded'}`
}

function endText({ state, how, effectId }: StepSummary, held: boolean): string {
  switch (state) {
    case 'done':
      return how === undefined || how === 'done' ? 'done' : `done (${outcomeText(how)})`
    case 'begun':
      if (effectId === undefined) return held ? 'on its way' : 'begun'
      return `${held ? 'begun' : 'begun, outcome not recorded: resume looks'}, effect \`${effectId}\``
    case 'skipped':
      return 'skipped, its `when` does not hold'
    case 'gave-up':
      return 'failed, and the run went on'
    case 'waiting':
      return 'not begun'
  }
}
