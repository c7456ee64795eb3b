import type { StepError } from '../../../engine/step/errors.ts'

const waiting = new WeakMap<AbortSignal, Set<() => void>>()

/** One listener a signal, however many wait for it: Node warns of a leak at eleven. */
function onAbort(signal: AbortSignal, listener: () => void): () => void {
  let listeners = waiting.get(signal)
  if (listeners === undefined) {
    const all = new Set<() => void>()
    signal.addEventListener('abort', () => all.forEach((each) => each()), { once: true })
    waiting.set(signal, all)
    listeners = all
  }
  const set = listeners.add(listener)
  return () => set.delete(listener)
}

/** Rejects as soon as the signal aborts; `work` goes on, and what becomes of it is dropped. */
export function raceAbort<T>(work: Promise<T>, signal: AbortSignal, reason: () => StepError): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(reason())
    if (signal.aborted) abort()
    const forget = onAbort(signal, abort)
    work.then(resolve, reject).finally(forget)
  })
}
