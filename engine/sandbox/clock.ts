import { closeSync, fdatasyncSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SimulatorClock } from '../step/simulator.ts'

/**
 * The sandbox's one clock: real time plus what was skipped. What was skipped is kept in `clock.json`, written before it
 * counts, so that time never goes back over a crash.
 */
export function openClock(folder: string): SimulatorClock {
  const path = join(folder, 'clock.json')
  let skippedMs = readSkipped(path)
  const now = (): number => Date.now() + skippedMs
  return {
    now,
    advanceTo(at) {
      const step = at - now()
      if (!Number.isFinite(at)) throw new RangeError(`no time to move to: ${at}`)
      if (step <= 0) return
      writeSkipped(path, skippedMs + step)
      skippedMs += step
    },
  }
}

function readSkipped(path: string): number {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { readonly skippedMs: number }).skippedMs // written below alone
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0
    throw error
  }
}

function writeSkipped(path: string, skippedMs: number): void {
  const fresh = `${path}.new`
  const file = openSync(fresh, 'w', 0o600)
  try {
    writeSync(file, `${JSON.stringify({ skippedMs })}\n`)
    fdatasyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(fresh, path)
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
