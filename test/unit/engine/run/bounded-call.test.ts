import { expect, it } from 'vitest'
import { boundedCall } from '../../../../engine/run/bounded-call.ts'
import { isLeftAlone } from '../../../../engine/run/left-alone.ts'
import { StepError } from '../../../../engine/step/errors.ts'

const never = new AbortController().signal
const untilTold = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))) // a signal's reason

it('gives back what the call gives back, and throws what it throws', async () => {
  expect(await boundedCall(() => Promise.resolve(1), 60_000, never)).toBe(1)
  const error = new StepError('denied', 'no')
  await expect(boundedCall(() => Promise.reject(error), 60_000, never)).rejects.toBe(error)
})

it('ends a call that hangs, with a timeout whose outcome is unknown', async () => {
  await expect(boundedCall(untilTold, 0, never)).rejects.toMatchObject({ code: 'timeout', outcomeUnknown: true })
})

it('says that the time ended it, whatever the abort looked like to the call', async () => {
  const likeFetch = (signal: AbortSignal) =>
    untilTold(signal).catch(() => Promise.reject(new StepError('device', 'socket hang up')))
  await expect(boundedCall(likeFetch, 0, never)).rejects.toMatchObject({ code: 'timeout', outcomeUnknown: true })
})

it('leaves a call alone that does not listen', async () => {
  const native = () => new Promise<never>(() => undefined)
  await expect(boundedCall(native, 0, never, 0)).rejects.toSatisfy(
    (error) => StepError.is(error) && error.code === 'timeout' && error.outcomeUnknown && isLeftAlone(error),
  )
  await expect(boundedCall(untilTold, 0, never)).rejects.toSatisfy(
    (error) => StepError.is(error) && !isLeftAlone(error),
  )
})

it('tells the call when the operator insists, also before it began', async () => {
  const stop = new AbortController()
  const call = boundedCall(untilTold, 60_000, stop.signal)
  const reason = new StepError('cancelled', 'at once')
  stop.abort(reason)
  await expect(call).rejects.toBe(reason)
  const late = (signal: AbortSignal) => (signal.aborted ? Promise.reject(signal.reason as Error) : untilTold(signal)) // a signal's reason
  await expect(boundedCall(late, 60_000, stop.signal)).rejects.toBe(reason)
})
