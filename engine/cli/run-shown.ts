import { setTimeout as sleep } from 'node:timers/promises'
import { firstError } from '../diagnostics/first-error.ts'
import type { Display } from '../render/display.ts'
import { RunProgress } from '../render/run-progress.ts'
import type { RunEvent } from '../run/events.ts'
import { Interrupted } from '../run/run-stop.ts'
import { Stop } from '../run/stop.ts'
import { chooseDisplay } from './choose-display.ts'
import type { Surroundings } from './command.ts'
import { CommandStopped, type Standing } from './command-stopped.ts'
import { endAtOnce } from './end-at-once.ts'
import type { Arguments } from './parse-arguments.ts'
import { reportFailure } from './report-failure.ts'
import { watchSignals } from './watch-signals.ts'

/** How long the last words may take when the operator insists, milliseconds. */
const longestFlushMs = 500

export interface ShownRun {
  readonly stop: Stop
  readonly emit: (event: RunEvent) => void
}

/**
 * Does something that emits run events, shown as they come, stopped by signals.
 *
 * @param standing where it stands when it stops before its end, after what the events told; `atOnce`: nothing is read for that
 * @throws {CommandStopped}
 */
export async function runShown<R>(
  args: Arguments,
  surroundings: Surroundings,
  standing: (progress: RunProgress, error: unknown, how: 'atOnce' | 'inTime') => Promise<Standing> | Standing,
  run: (shown: ShownRun) => Promise<R>,
): Promise<R> {
  const stop = new Stop()
  const progress = new RunProgress()
  const display: Display = await chooseDisplay(args, surroundings)
  let ending = false
  const emit = (event: RunEvent): void => {
    progress.show(event)
    if (!ending) display.show(event)
  }
  const insisted = async (): Promise<void> => {
    if (ending) return endAtOnce(true)
    ending = true // what still happens until the process is gone is in the journal, and would only confuse here
    display.close()
    const { stdout, stderr, families } = surroundings
    const interrupted = new Interrupted()
    reportFailure(new CommandStopped(interrupted, await standing(progress, interrupted, 'atOnce')), {
      stdout,
      stderr,
      json: args.flag('json'),
      again: '',
    })
    const told = Promise.all([stdout.flush(), stderr.flush(), families()])
    const late = sleep(longestFlushMs, undefined) // whoever reads us may have stopped reading
    const [, , known] = (await Promise.race([told, late])) ?? []
    endAtOnce(known?.some((family) => family.callRunning?.() === true) ?? true)
  }
  using _watch = watchSignals(
    stop,
    () => emit({ type: 'stop-requested', safePoint: progress.safePoint() }),
    () => void insisted().catch(() => endAtOnce(true)),
  )
  try {
    return await run({ stop, emit })
  } catch (thrown) {
    const error = firstError(thrown)
    display.close()
    throw new CommandStopped(error, await standing(progress, error, 'inTime'))
  } finally {
    display.close()
  }
}
