import { printable } from '../diagnostics/display-width.ts'
import { count } from '../diagnostics/list-names.ts'
import { renderInstant } from '../environment/render-instant.ts'
import type { ListedWindow, RunEvent } from '../run/events.ts'
import type { PersonRequest } from '../run/person-request.ts'
import { roughly } from './clock-time.ts'
import { columns } from './columns.ts'
import { elapsed } from './elapsed.ts'
import { outcomeText, stepText } from './outcome-text.ts'
import type { Paint } from './paint.ts'

/**
 * What one event is in plain lines, for a log or a terminal that cannot be drawn on.
 *
 * @param tookMs how long the step took, where the event ends one
 */
export function eventLines(event: RunEvent, paint: Paint, tookMs?: number): readonly string[] {
  const took = tookMs === undefined ? '' : `, ${elapsed(tookMs)}`
  switch (event.type) {
    case 'run-started':
      return headerLines(event, paint)
    case 'head':
      return [paint(`journal head ${event.hash}, ${event.records} records`, 'dim')]
    case 'step-started':
      return [`${paint(stepText(event.step), 'bold')}: ${event.step.title}`]
    case 'step-already-done':
      return [`${paint(stepText(event.step), 'bold')}: done before (${outcomeText(event.how)})`]
    case 'step-checking':
      return []
    case 'step-applying':
      return [`${paint(stepText(event.step), 'bold')}: applying, effect \`${event.effectId}\``]
    case 'step-waiting':
      return [
        `${paint(stepText(event.step), 'bold')}: waiting, until ${event.until} at the latest: ${oneLine(event.what)}`,
        ...(event.people ?? []).map((line) => `  ${paint('people', 'yellow')}  ${oneLine(line)}`),
      ]
    case 'step-retrying':
      return [
        `${paint(stepText(event.step), 'bold')}: ${oneLine(event.message)} (\`${event.code}\`); attempt ${event.attempt} at ${event.at}`,
      ]
    case 'step-skipped':
      return [`${paint(stepText(event.step), 'bold')}: skipped, its condition does not hold`]
    case 'block-started':
      return [`${paint(stepText(event.step), 'bold')}: ${event.step.title}`]
    case 'block-ended':
      return [`${paint(stepText(event.step), 'bold')}: ${paint('done', 'green')} (all in it${took})`]
    case 'items-known':
      return [`${paint(stepText(event.step), 'bold')}: ${count(event.items.length, 'item')}`]
    case 'window-short':
      return [
        paint(
          `the window closes ${event.until}, and what is ahead typically takes ${roughly(event.remainingMs)}`,
          'yellow',
        ),
      ]
    case 'undo-started':
      return [`${paint(stepText(event.step), 'bold')}: taking it back`]
    case 'undo-ended':
      return [
        `${paint(stepText(event.step), 'bold')}: ${event.how === 'undone' ? 'taken back' : 'nothing to take back'}`,
      ]
    case 'step-succeeded':
      return [`${paint(stepText(event.step), 'bold')}: ${paint('done', 'green')} (${outcomeText(event.how)}${took})`]
    case 'step-failed':
      return [
        `${paint(stepText(event.step), 'bold')}: ${paint('failed', 'red')} (\`${event.code}\`${took}): ${oneLine(event.message)}`,
      ]
    case 'person-needed':
      return requestLines(event.request, paint)
    case 'person-answered':
      return [`${paint(stepText(event.step), 'bold')}: ${answerText(event)}`]
    case 'stop-requested':
      return [paint(`stopping ${event.safePoint}; again to end at once, and cut off what runs`, 'yellow')]
    case 'run-ended':
      return []
  }
}

function answerText({ kind, by, rejected }: Extract<RunEvent, { type: 'person-answered' }>): string {
  if (rejected !== undefined) return `rejected by ${by.join(', ')}: ${rejected}`
  if (kind === 'approval') return `approved by ${by.join(', ')}`
  return by.length === 0 ? 'confirmed' : `done, says ${by.join(', ')}`
}

/** What runs, where, as what: on top of everything that follows. */
function headerLines(event: Extract<RunEvent, { type: 'run-started' }>, paint: Paint): readonly string[] {
  const { name, kind } = event.environment
  return columns([
    ['runbook', `${event.runbook}: ${event.title}`],
    ['environment', `${name} (${kind === 'production' ? paint(kind, 'red') : kind})`],
    ['run', event.resumed ? `${event.run}, resumed` : event.run],
    ['state', event.stateFolder],
    ...(event.window === undefined ? [] : [['window', windowText(event.window, paint)]]),
  ])
}

function windowText({ title, until, zone, short }: ListedWindow, paint: Paint): string {
  const text = `${title ?? 'open'}, until ${renderInstant(Date.parse(until), zone)}`
  return short ? paint(`${text}, sooner than what is ahead typically takes`, 'yellow') : text
}

/** What devices and services say may hold line feeds and control characters. */
function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' '))
}

function requestLines(request: PersonRequest, paint: Paint): readonly string[] {
  const name = paint(stepText(request.step), 'bold')
  switch (request.kind) {
    case 'approval':
      return [
        `${name}: needs approval by ${request.count} of role \`${request.role}\`${request.given.length === 0 ? '' : `; ${request.given.join(', ')} approved`}`,
      ]
    case 'confirmation':
      return [`${name}: ${paint('point of no return', 'yellow')}: ${request.reason}`]
    case 'manual':
      return [`${name}: a person does this: ${request.instructions}`]
    case 'resolution':
      return [`${name}: ${paint('in doubt', 'yellow')}: ${request.why}`]
    case 'override':
      return [`${name}: ${paint('outside of the window', 'yellow')}: ${request.why}`]
  }
}
