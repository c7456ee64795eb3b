import type { PersonRequest } from '../run/person-request.ts'
import { localOffset } from './clock-time.ts'
import type { Display } from './display.ts'
import type { Drawing } from './drawing.ts'
import { eventLines } from './event-lines.ts'
import { finishedLines } from './finished-line.ts'
import { frame, type Size } from './frame.ts'
import { LiveRun } from './live-run.ts'
import type { Marks } from './marks.ts'
import type { Paint } from './paint.ts'

export interface TerminalDisplayParts {
  /** Writes lines that stay, while nothing is drawn. */
  readonly write: (text: string) => void
  readonly paint: Paint
  readonly marks: Marks
  /** Begins to draw. */
  readonly draw: (rows: (size: Size, turn: number) => readonly string[]) => Drawing
  readonly columns: () => number
  /** Milliseconds since any fixed moment, on a clock that nobody moves. */
  readonly now: () => number
  /** Milliseconds since the epoch. */
  readonly wall: () => number
}

/** How long an estimate is shown before it is made anew: it looks at every entry, and takes no more than a hundredth of the time. */
const estimateEveryMs = 1000
const estimateShare = 100

/**
 * Shows a run on a terminal: what ended as lines that stay, what runs as a drawing below them. While a person is asked something at
 * this terminal the drawing gives way, and what ends meanwhile is shown after the answer.
 */
export function terminalDisplay(parts: TerminalDisplayParts): Display {
  const { write, paint, marks, draw, columns, now, wall } = parts
  const look = { paint, marks, offset: localOffset }
  const live = new LiveRun()
  let drawing: Drawing | undefined
  let kind = ''
  /** Addresses of the steps for which somebody is asked here. */
  const asked = new Set<string>()
  let held = ''
  let estimate = { until: Number.NEGATIVE_INFINITY, left: { ms: 0, atLeast: false } }

  const rows = (size: Size, turn: number): readonly string[] => {
    const at = now()
    if (at >= estimate.until) {
      const left = live.work.left(at)
      const took = now() - at
      estimate = { until: at + Math.max(estimateEveryMs, estimateShare * took), left }
    }
    return frame(live, size, { now: at, wall: wall(), turn }, look, estimate.left)
  }
  const putDown = (): void => {
    drawing?.wipe()
    drawing = undefined
  }
  const keep = (lines: readonly string[]): void => {
    if (lines.length === 0) return
    const text = `${lines.join('\n')}\n`
    if (asked.size > 0) held += text
    else if (drawing === undefined) write(text)
    else drawing.keep(text)
  }
  const letGo = (): void => {
    if (asked.size > 0 || held === '') return
    write(held)
    held = ''
  }

  return {
    show(event) {
      const took = live.take(event, now())
      switch (event.type) {
        case 'run-started':
          kind = event.environment.kind
          return write(`${eventLines(event, paint).join('\n')}\n`)
        case 'person-needed': {
          const lines = eventLines(event, paint)
          if (!asksHere(event.request, kind)) return keep(lines)
          putDown()
          write(`${lines.join('\n')}\n`)
          asked.add(event.request.step.id)
          return
        }
        case 'run-ended':
          asked.clear()
          putDown()
          return letGo()
        case 'stop-requested':
          if (asked.size > 0) write('\n') // behind the question, which ends with it
          asked.clear()
          letGo()
          return keep(eventLines(event, paint))
        case 'head':
        case 'person-answered':
        case 'window-short':
          if (event.type === 'person-answered') asked.delete(event.step.id)
          letGo()
          return keep(eventLines(event, paint))
        case 'step-started':
        case 'step-checking':
        case 'step-applying':
        case 'step-waiting':
        case 'step-retrying':
        case 'step-succeeded':
        case 'step-already-done':
        case 'step-skipped':
        case 'step-failed':
        case 'block-started':
        case 'block-ended':
        case 'items-known':
        case 'undo-started':
        case 'undo-ended':
          if (event.type !== 'block-started' || !live.work.hasItems(event.step.id))
            keep(finishedLines(event, took, columns(), look))
          if (asked.size === 0 && live.running.size > 0) drawing ??= draw(rows)
      }
    },
    close() {
      asked.clear()
      putDown()
      letGo()
    },
  }
}

/** Whether the person answers at this terminal, and not by a file from elsewhere. */
function asksHere({ kind }: PersonRequest, environment: string): boolean {
  switch (kind) {
    case 'confirmation':
    case 'manual':
      return true
    case 'approval':
      return environment === 'sandbox'
    case 'resolution':
    case 'override':
      return false
  }
}
