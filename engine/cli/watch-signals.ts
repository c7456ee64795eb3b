import type { Stop } from '../run/stop.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Stops a run on signals: first at the next safe point, then at once.
 *
 * @param asked called after the first
 * @param insisted called after the second; ends the process
 */
export function watchSignals(stop: Stop, asked: () => void, insisted: () => void): Disposable {
  const stopOn = (): void => {
    if (stop.request() === 'first') asked()
    else insisted()
  }
  for (const signal of signals) process.on(signal, stopOn)
  return {
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, stopOn)
    },
  }
}
