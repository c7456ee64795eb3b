import type { RunEvent } from '../run/events.ts'
import type { Display } from './display.ts'
import { eventLines } from './event-lines.ts'
import type { Paint } from './paint.ts'

/**
 * Shows a run as lines, one a change. A wait that goes on with the same words is shown once.
 *
 * @param now milliseconds since any fixed moment, on a clock that nobody moves
 */
export function plainDisplay(
  write: (text: string) => void,
  paint: Paint,
  now: () => number = () => performance.now(),
): Display {
  let startedAt = now()
  let last = ''
  return {
    show(event) {
      if (event.type === 'step-started') startedAt = now()
      const lines = eventLines(event, paint, endsStep(event) ? now() - startedAt : undefined)
      const text = lines.map((line) => `${line}\n`).join('')
      if (text === '' || text === last) return
      last = text
      write(text)
    },
    close: () => {},
  }
}

function endsStep({ type }: RunEvent): boolean {
  return type === 'step-succeeded' || type === 'step-failed'
}
