import type { Runbook } from '../document/runbook.ts'
import { exceptionsIn, failuresIn } from './counts.ts'
import type { RunHost } from './host.ts'
import type { RunEnded } from './records.ts'
import type { EndedUndo, LastUndo } from './undo-run.ts'

/** It came to where it was to go, and the rest is as it was. */
export function isPartial({ begun, ended }: LastUndo): boolean {
  return begun.to !== null && ended !== undefined && ended.stoppedAt === undefined
}

/** How far it went back, and who wanted it. */
export function undoneBy({ begun: { automatic, by }, ended }: EndedUndo): NonNullable<RunEnded['undone']> {
  return { ...ended, automatic, by }
}

/** The end of a run that had ended before it was taken back: its first end stays what was recorded of it. */
export function endOfUndo(host: Pick<RunHost, 'recall'>, { steps, finally: last }: Runbook, undo: EndedUndo): RunEnded {
  const entries = [...steps, ...last]
  const counts = { failures: failuresIn(host, entries), exceptions: exceptionsIn(host, entries) }
  return { outputs: {}, outcome: 'undone', ...counts, undone: undoneBy(undo) }
}
