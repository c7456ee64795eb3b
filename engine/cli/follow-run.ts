import { followJournal } from '../journal/follow-journal.ts'
import type { PlacedEntry } from '../journal/entry.ts'
import { stepText } from '../render/outcome-text.ts'
import { recordText } from '../render/record-text.ts'
import { RunFold } from '../run/fold-run.ts'
import type { RunSummary } from '../run/run-summary.ts'
import type { Output } from './output.ts'

export interface Following {
  /** Of the journal. */
  readonly path: string
  readonly stdout: Output
  readonly json: boolean
  /** Shows how far it is when following begins. */
  readonly begin: (summary: RunSummary) => void
}

/**
 * Shows what happens in a run, a line a change, until it ends or a signal comes. Reads the journal alone, as it grows.
 *
 * @returns how far it was then
 */
export async function followRun({ path, stdout, json, begin }: Following): Promise<RunSummary | undefined> {
  const stop = new AbortController()
  const abort = (): void => stop.abort()
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.once(signal, abort)
  const fold = new RunFold()
  let begun = false
  try {
    for await (const { entries, caughtUp } of followJournal(path, stop.signal)) {
      for (const entry of entries) {
        fold.take(entry)
        if (begun) stdout.write(json ? changeJson(entry, fold) : changeLine(entry, fold))
      }
      if (!caughtUp) continue
      if (!begun) begin(fold.summary(false))
      begun = true
      await stdout.flush()
      if (fold.ended) break
    }
  } finally {
    for (const signal of signals) process.off(signal, abort)
  }
  return begun ? fold.summary(false) : undefined
}

function changeLine({ at, key, value }: PlacedEntry, fold: RunFold): string {
  const step = stepOf(key, fold)
  return `${at} ${step === undefined ? 'run' : `${stepText(step)}: ${step.title}`}: ${recordText(key, value)}\n`
}

function changeJson({ seq, at, key, value }: PlacedEntry, fold: RunFold): string {
  const step = stepOf(key, fold)
  const name =
    step === undefined ? {} : { step: { id: step.id, number: step.number, title: step.title, state: step.state } }
  return `${JSON.stringify({ type: 'change', seq, at, key, ...name, text: recordText(key, value) })}\n`
}

function stepOf(key: string, fold: RunFold): ReturnType<RunFold['stepAt']> {
  const [scope, address] = key.split('/', 2)
  return scope === 'step' && address !== undefined ? fold.stepAt(address) : undefined
}
