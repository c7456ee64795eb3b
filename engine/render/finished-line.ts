import { count } from '../diagnostics/list-names.ts'
import type { RunEvent } from '../run/events.ts'
import type { StepName } from '../run/person-request.ts'
import { elapsed } from './elapsed.ts'
import type { Look } from './look.ts'
import { outcomeText, stepText } from './outcome-text.ts'
import type { Style } from './paint.ts'
import { type Cell, paintRow } from './paint-row.ts'

/**
 * The lines that stay of what ended, on a terminal of so many columns: mark, position and id, title, how, how long. None where the
 * event ends nothing.
 */
export function finishedLines(
  event: RunEvent,
  tookMs: number | undefined,
  columns: number,
  look: Look,
): readonly string[] {
  const { marks, paint } = look
  const took = tookMs === undefined ? '' : `, ${elapsed(tookMs)}`
  const line = (step: StepName, mark: string, style: Style, how: string): string => {
    const cells: readonly Cell[] = [
      { text: `${mark} `, style },
      { text: stepText(step) },
      { text: `  ${step.title}`, gives: true },
      { text: how === '' ? '' : `  ${how}`, style: 'dim' },
    ]
    return paintRow(cells, Math.max(1, columns - 1), paint, marks.ellipsis)
  }
  switch (event.type) {
    case 'step-succeeded':
      return [line(event.step, marks.done, 'green', `${outcomeText(event.how)}${took}`)]
    case 'step-already-done':
      return [line(event.step, marks.done, 'green', `done before: ${outcomeText(event.how)}`)]
    case 'step-skipped':
      return [line(event.step, marks.skipped, 'dim', 'skipped: its condition does not hold')]
    case 'step-failed':
      return [line(event.step, marks.failed, 'red', `${event.code}${took}`)]
    case 'block-started':
      return [line(event.step, marks.block, 'dim', '')]
    case 'items-known':
      return [line(event.step, marks.block, 'dim', count(event.items.length, 'item'))]
    case 'undo-ended':
      return [
        line(
          event.step,
          marks.undone,
          'yellow',
          `${event.how === 'undone' ? 'taken back' : 'nothing to take back'}${took}`,
        ),
      ]
    case 'run-started':
    case 'head':
    case 'step-started':
    case 'step-checking':
    case 'step-applying':
    case 'step-waiting':
    case 'step-retrying':
    case 'block-ended':
    case 'window-short':
    case 'undo-started':
    case 'person-needed':
    case 'person-answered':
    case 'stop-requested':
    case 'run-ended':
      return []
  }
}
