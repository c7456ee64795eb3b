import { StepError } from '../step/errors.ts'
import { leftAlone } from './left-alone.ts'

const standardGraceMs = 5_000

/** setTimeout takes no more than 2^31-1 milliseconds. */
const longestTimerMs = 2 ** 31 - 1

/**
 * Calls something that may take too long: its signal is aborted after `forMs`, or when the operator insists. A call that does not
 * end soon after is left alone: it may be a native one that nothing can interrupt, and go on in this process (`isLeftAlone`).
 *
 * @param graceMs how long a call that was told to stop may take to do so
 * @throws {StepError} `timeout`, with unknown outcome; what `run` throws
 */
export async function boundedCall<T>(
  run: (signal: AbortSignal) => Promise<T>,
  forMs: number,
  immediate: AbortSignal,
  graceMs = standardGraceMs,
): Promise<T> {
  const stop = new AbortController()
  const insisted = (): void => stop.abort(immediate.reason)
  if (immediate.aborted) insisted()
  immediate.addEventListener('abort', insisted)
  let late = false
  let grace: NodeJS.Timeout | undefined
  let leaveAlone: (error: StepError) => void = () => undefined
  const left = new Promise<never>((_resolve, reject) => (leaveAlone = reject))
  const timer = setTimeout(
    () => {
      late = true
      stop.abort(tooLate(forMs))
      grace = setTimeout(() => leaveAlone(leftAlone(forMs)), graceMs)
    },
    Math.min(Math.max(0, forMs), longestTimerMs),
  )
  try {
    return await Promise.race([run(stop.signal), left])
  } catch (error) {
    // whatever the abort looked like to the call, it was the time that ended it
    if (late && !immediate.aborted) throw tooLate(forMs, error)
    throw error
  } finally {
    immediate.removeEventListener('abort', insisted)
    clearTimeout(timer)
    clearTimeout(grace)
  }
}

function tooLate(forMs: number, cause?: unknown): StepError {
  if (StepError.is(cause) && cause.code === 'timeout') return cause
  return new StepError('timeout', `no answer within ${Math.round(forMs / 1000)} s`, {
    outcomeUnknown: true,
    hint: 'look at the other side, then resume; or give the step a longer `timeout` in a new version',
    cause,
  })
}
