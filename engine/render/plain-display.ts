import type { RunEvent } from '../run/events.ts'
import type { Display } from './display.ts'
import { eventLines } from './event-lines.ts'
import type { Paint } from './paint.ts'

/** What is remembered of a step or block that runs. */
interface Running {
  readonly since: number
  /** What was shown of it last. */
  said: string
}

/**
 * Shows a run as lines, one a change. What goes on with the same words, a wait say, is shown once.
 *
 * @param now milliseconds since any fixed moment, on a clock that nobody moves
 */
export function plainDisplay(
  write: (text: string) => void,
  paint: Paint,
  now: () => number = () => performance.now(),
): Display {
  const running = new Map<string, Running>()
  let said = ''
  return {
    show(event) {
      const id = addressOf(event)
      if (id !== undefined && begins(event)) running.set(id, { since: now(), said: '' })
      const about = id === undefined ? undefined : running.get(id)
      const ended = about !== undefined && ends(event)
      const lines = eventLines(event, paint, ended ? now() - about.since : undefined)
      const text = lines.map((line) => `${line}\n`).join('')
      const before = about === undefined ? said : about.said
      if (about === undefined) said = text === '' ? said : text
      else if (text !== '') about.said = text
      if (ended && id !== undefined) running.delete(id)
      if (text !== '' && text !== before) write(text)
    },
    close: () => {},
  }
}

function addressOf(event: RunEvent): string | undefined {
  if (event.type === 'person-needed') return event.request.step.id
  return 'step' in event ? event.step.id : undefined
}

function begins({ type }: RunEvent): boolean {
  return type === 'step-started' || type === 'block-started' || type === 'undo-started'
}

function ends({ type }: RunEvent): boolean {
  return type === 'step-succeeded' || type === 'step-failed' || type === 'block-ended' || type === 'undo-ended'
}
