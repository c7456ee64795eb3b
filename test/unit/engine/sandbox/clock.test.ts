import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openClock } from '../../../../engine/sandbox/clock.ts'

const day = 24 * 60 * 60_000
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runbook-clock-'))
})

afterEach(() => rm(folder, { recursive: true }))

it('is real time until it is moved', () => {
  const before = Date.now()
  const now = openClock(folder).now()
  expect(now).toBeGreaterThanOrEqual(before)
  expect(now).toBeLessThanOrEqual(Date.now())
})

it('moves forward, never back', () => {
  const clock = openClock(folder)
  const there = clock.now() + day
  clock.advanceTo(there)
  clock.advanceTo(there - day / 2)
  expect(clock.now()).toBeGreaterThanOrEqual(there)
})

it('does not go back over a crash, at which it may have been writing', async () => {
  const there = Date.now() + day
  openClock(folder).advanceTo(there)
  await writeFile(join(folder, 'clock.json.new'), '{"skipp') // died before the rename
  const again = openClock(folder)
  expect(again.now()).toBeGreaterThanOrEqual(there)
  again.advanceTo(there + day)
  expect(openClock(folder).now()).toBeGreaterThanOrEqual(there + day)
})

it('is durable before it counts', () => {
  const clock = openClock(folder)
  const there = clock.now() + day
  clock.advanceTo(there)
  // a second process, while the first still lives
  expect(openClock(folder).now()).toBeGreaterThanOrEqual(there)
})

it('refuses a time that is none, and stays what it was', async () => {
  const clock = openClock(folder)
  clock.advanceTo(clock.now() + day)
  const kept = await readFile(join(folder, 'clock.json'), 'utf8')
  for (const at of [Number.NaN, Number.POSITIVE_INFINITY]) expect(() => clock.advanceTo(at)).toThrow(RangeError)
  expect(await readFile(join(folder, 'clock.json'), 'utf8')).toBe(kept)
})
