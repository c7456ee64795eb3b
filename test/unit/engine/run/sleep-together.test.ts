import { expect, it } from 'vitest'
import { SleepTogether } from '../../../../engine/run/sleep-together.ts'

const never = new AbortController().signal

/** A clock that moves only when it is asked to, and says when. */
function askedClock() {
  const moves: number[] = []
  let now = 0
  const clock = {
    moves: 'on-request' as const,
    now: () => now,
    sleepUntil: async (at: number) => {
      await Promise.resolve()
      moves.push(at)
      now = Math.max(now, at)
    },
  }
  return { clock, moves }
}

/** Something that another branch is at work on until it is told to end. */
function work() {
  let end: () => void = () => undefined
  const done = new Promise<void>((resolve) => (end = resolve))
  return { done, end }
}

const turns = async (): Promise<void> => {
  for (let n = 0; n < 20; n += 1) await Promise.resolve()
}

it('moves the clock to the earliest wake-up, once every branch sleeps', async () => {
  const { clock, moves } = askedClock()
  const together = new SleepTogether(clock)
  const { done, end } = work()
  const all = together.inBranches([
    () => together.sleepUntil(300, never),
    () => together.sleepUntil(100, never).then(() => together.sleepUntil(200, never)),
    () => done,
  ])
  await turns()
  expect(moves).toEqual([]) // one is at work
  end()
  await all
  expect(moves).toEqual([100, 200, 300])
})

it('wakes all whose time has come before it moves on', async () => {
  const { clock, moves } = askedClock()
  const together = new SleepTogether(clock)
  const { done, end } = work()
  const all = together.inBranches([
    () => together.sleepUntil(100, never).then(() => done),
    () => together.sleepUntil(100, never),
    () => together.sleepUntil(200, never),
  ])
  await turns()
  expect(moves).toEqual([100])
  end()
  await all
  expect(moves).toEqual([100, 200])
})

it('does not wait for a branch that waits for a person', async () => {
  const { clock, moves } = askedClock()
  const together = new SleepTogether(clock)
  const { done, end } = work()
  let awake = false
  const all = together.inBranches([
    () => together.whileAway(() => done),
    async () => {
      await together.sleepUntil(100, never)
      awake = true
    },
  ])
  await turns()
  expect(awake).toBe(true)
  expect(moves).toEqual([100])
  end()
  await all
})

it('counts branches inside of branches', async () => {
  const { clock, moves } = askedClock()
  const together = new SleepTogether(clock)
  const { done, end } = work()
  const all = together.inBranches([
    () => together.inBranches([() => together.sleepUntil(50, never), () => done]),
    () => together.sleepUntil(100, never),
  ])
  await turns()
  expect(moves).toEqual([])
  end()
  await all
  expect(moves).toEqual([50, 100])
  await together.sleepUntil(150, never) // whoever started them is the one that is awake again
  expect(moves).toEqual([50, 100, 150])
})

it('lets a sleeper go that is told to stop, and does not move the clock for it', async () => {
  const { clock, moves } = askedClock()
  const together = new SleepTogether(clock)
  const stop = new AbortController()
  const { done, end } = work()
  const reason = new Error('stop')
  const all = together.inBranches([
    () => expect(together.sleepUntil(100, stop.signal)).rejects.toBe(reason),
    () => done,
  ])
  await turns()
  stop.abort(reason)
  await turns()
  end()
  await all
  expect(moves).toEqual([])
  await expect(together.sleepUntil(100, stop.signal)).rejects.toBe(reason)
})

it('fails every sleeper when the clock cannot be moved', async () => {
  const gone = new Error('the sandbox does not answer')
  const together = new SleepTogether({
    moves: 'on-request',
    now: () => 0,
    sleepUntil: () => Promise.reject(gone),
  })
  await together.inBranches([
    () => expect(together.sleepUntil(100, never)).rejects.toBe(gone),
    () => expect(together.sleepUntil(200, never)).rejects.toBe(gone),
  ])
  await expect(together.sleepUntil(100, never)).rejects.toBe(gone)
})
