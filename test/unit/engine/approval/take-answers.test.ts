import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkUnsigned, signedText, type UnsignedAnswer, writeAnswer } from '../../../../engine/approval/answer.ts'
import { putIntoInbox } from '../../../../engine/approval/inbox.ts'
import { digestOf } from '../../../../engine/approval/request-file.ts'
import { signText } from '../../../../engine/approval/sign.ts'
import { takeAnswers } from '../../../../engine/approval/take-answers.ts'
import { type Question, signatureChecker } from '../../../../engine/approval/verify-answer.ts'
import { Signers } from './signers.ts'

const text = 'Approval of step 2 signRoot: Sign the root\n'
const now = new Date('2026-11-22T14:00:00Z')
const question: Question = {
  ...{ run: 'R', address: 'signRoot', role: 'key-custodian', count: 2, expiresMs: 3_600_000 },
  ...{ digest: digestOf(text), text, given: [] },
}

let signers: Signers
let run = ''
beforeEach(() => {
  signers = new Signers('alice', 'bob', 'carol', 'dora')
  run = join(signers.dir, 'run')
  mkdirSync(run)
})
afterEach(() => signers[Symbol.dispose]())

async function answer(principal: string, change: Partial<UnsignedAnswer> = {}): Promise<void> {
  const unsigned = checkUnsigned({
    ...{ run: 'R', address: 'signRoot', digest: digestOf(text), decision: 'approve', principal },
    ...{ at: '2026-11-22T13:50:00Z', ...change },
  })
  const signature = await signText(signedText(text, unsigned), signers.key(principal), { terminal: false })
  await putIntoInbox(run, 'approval', writeAnswer({ ...unsigned, signature }))
}

function take(asked: Partial<Question> = {}) {
  const approvers = new Map([['key-custodian', ['alice', 'bob', 'carol']]])
  const people = { approvers, operators: ['carol'] }
  return takeAnswers(run, { ...question, ...asked }, people, signatureChecker(signers.files(), now), now.getTime())
}

it('takes what counts, no more than is wanted, and says why the rest does not', async () => {
  for (const name of ['alice', 'bob', 'carol', 'dora']) await answer(name)
  await putIntoInbox(run, 'approval', '{"answer":"appro')
  const { accepted, refused, broken } = await take({ count: 3 })
  expect(new Set(accepted.map(({ by }) => by))).toEqual(new Set(['alice', 'bob']))
  expect(new Map(refused.map(({ by, code }) => [by, code]))).toEqual(
    new Map([
      ['carol', 'operator'],
      ['dora', 'unknown-principal'],
    ]),
  )
  expect(broken).toMatchObject([{ why: 'it is not an answer: no whole JSON text' }])
  expect((await take({ count: 1 })).accepted).toHaveLength(1)
})

it('takes nobody twice, whether in this look or an earlier one', async () => {
  await answer('alice')
  await answer('alice', { at: '2026-11-22T13:51:00Z' })
  expect(await take()).toMatchObject({ accepted: [{ by: 'alice' }], refused: [{ by: 'alice', code: 'twice' }] })
  expect(await take({ given: ['alice'] })).toEqual({ accepted: [], refused: [], broken: [] })
})

it('lets one rejection stand before all approvals', async () => {
  // files are looked at in the order of their hashes: among many approvals one of them comes before
  for (let second = 0; second < 9; second += 1) await answer('alice', { at: `2026-11-22T13:50:0${second}Z` })
  await answer('bob', { decision: 'reject', reason: 'wrong token' })
  expect((await take({ count: 1 })).accepted).toMatchObject([{ by: 'bob', decision: 'reject', reason: 'wrong token' }])
})

it('takes no rejection of somebody who has no say', async () => {
  await answer('dora', { decision: 'reject', reason: 'I want it so' })
  expect(await take()).toMatchObject({ accepted: [], refused: [{ code: 'unknown-principal' }] })
})

it('lets an answer to an earlier text not count', async () => {
  await answer('alice')
  const changed = text.replace('2', '3')
  expect(await take({ text: changed, digest: digestOf(changed) })).toMatchObject({
    accepted: [],
    refused: [{ code: 'changed' }],
  })
})

it('passes over answers to other steps', async () => {
  await answer('alice', { address: 'copyKey' })
  expect(await take()).toEqual({ accepted: [], refused: [], broken: [] })
})
