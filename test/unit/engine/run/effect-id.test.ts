import { expect, it } from 'vitest'
import { effectIdOf, runOf } from '../../../../engine/run/effect-id.ts'

const runId = '20261122-130000-aaaaa'

it('gives 100,000 items of one run ids that differ, each with the run in it', () => {
  const ids = new Set(Array.from({ length: 100_000 }, (_, n) => effectIdOf(runId, `createUser[user-${n}]`)))
  expect(ids.size).toBe(100_000)
  expect([...ids].every((id) => runOf(id) === runId)).toBe(true)
})

it('fits a CKA_ID of 32 bytes, and is the same for the same step', () => {
  expect(effectIdOf(runId, 'rootKey')).toMatch(/^[a-z0-9.-]{32}$/)
  expect(effectIdOf(runId, 'rootKey')).toBe(effectIdOf(runId, 'rootKey'))
})
