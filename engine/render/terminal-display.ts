import type { RunEvent } from '../run/events.ts'
import type { StepName } from '../run/person-request.ts'
import type { Display } from './display.ts'
import type { Drawing } from './drawing.ts'
import { elapsed } from './elapsed.ts'
import { eventLines } from './event-lines.ts'
import { outcomeText, stepText } from './outcome-text.ts'
import type { Paint } from './paint.ts'

export interface TerminalDisplayParts {
  readonly write: (text: string) => void
  readonly paint: Paint
  readonly draw: (titles: readonly string[]) => Drawing
  /** Milliseconds since any fixed moment, on a clock that nobody moves. */
  readonly now: () => number
}

/**
 * Shows a run on a terminal: the steps ahead are drawn, the running one with its elapsed time and what it waits for. While a
 * person is asked something, and at the end, the drawing gives way to lines that stay.
 */
export function terminalDisplay({ write, paint, draw, now }: TerminalDisplayParts): Display {
  let ahead: StepName[] = []
  let drawing: Drawing | undefined
  let startedAt = now()
  let ended: string[] = []

  const print = (event: RunEvent): void => {
    putDown()
    const lines = eventLines(event, paint)
    if (lines.length > 0) write(`${lines.join('\n')}\n`)
  }
  const putDown = (): void => {
    drawing?.wipe()
    drawing = undefined
    if (ended.length > 0) write(`${ended.join('\n')}\n`)
    ended = []
  }
  const drawn = (): Drawing => (drawing ??= draw(ahead.map((step) => `${stepText(step)}  ${step.title}`)))
  const say = (text: string): void => drawn().say(text)
  const end = (step: StepName, mark: string, how: string): void => {
    drawn().next()
    ended.push(`${mark} ${stepText(step)}  ${step.title} ${paint(`(${how})`, 'dim')}`)
    ahead = ahead.filter(({ id }) => id !== step.id)
  }

  return {
    show(event) {
      switch (event.type) {
        case 'run-started':
          ahead = [...event.steps]
          return print(event)
        case 'step-started':
          startedAt = now()
          return say('')
        case 'step-checking':
          return
        case 'step-applying':
          return say(`applying, effect ${event.effectId}`)
        case 'step-waiting':
          return say(`${event.what}; until ${event.until} at the latest`)
        case 'step-retrying':
          return say(`${event.message} (${event.code}); attempt ${event.attempt} at ${event.at}`)
        case 'step-succeeded':
          return end(event.step, paint('✔', 'green'), `${outcomeText(event.how)}, ${elapsed(now() - startedAt)}`)
        case 'step-already-done':
          return end(event.step, paint('✔', 'green'), `done before: ${outcomeText(event.how)}`)
        case 'step-failed':
          return end(event.step, paint('✖', 'red'), event.code)
        case 'stop-requested':
          return say(`stopping ${event.safePoint}; again to end at once`)
        case 'head':
        case 'person-needed':
        case 'person-answered':
        case 'run-ended':
          return print(event)
      }
    },
    close: putDown,
  }
}
