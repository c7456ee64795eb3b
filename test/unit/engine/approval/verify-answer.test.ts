import { describe, expect, it } from 'vitest'
import { signedText, type UnsignedAnswer, type Answer } from '../../../../engine/approval/answer.ts'
import type { SignedText } from '../../../../engine/approval/check-signature.ts'
import { digestOf } from '../../../../engine/approval/request-file.ts'
import { isExpired, type People, type Question, verifyAnswer } from '../../../../engine/approval/verify-answer.ts'

const text = 'Approval of step 2 signRoot: Sign the root\n'
const now = Date.parse('2026-11-22T14:00:00Z')
const question: Question = {
  ...{ run: 'R', address: 'signRoot', role: 'key-custodian', count: 2, expiresMs: 3_600_000 },
  ...{ digest: digestOf(text), text, given: [] },
}
const people: People = {
  approvers: new Map([
    ['key-custodian', ['alice', 'bob', 'carol']],
    ['auditor', ['dora']],
  ]),
  operators: ['carol'],
}
const approval: UnsignedAnswer = {
  ...{ run: 'R', address: 'signRoot', digest: digestOf(text), decision: 'approve', principal: 'alice' },
  at: '2026-11-22T13:50:00Z',
}

/** Signatures for this test: the signer's names, and the text. */
function answer(change: Partial<UnsignedAnswer> = {}, keyOf?: string, signed = text): Answer {
  const unsigned = { ...approval, ...change }
  const names = keyOf ?? unsigned.principal
  return { answer: 'approval', format: 1, ...unsigned, signature: `${names}\n${signedText(signed, unsigned)}` }
}

function verify({ text, signature, principal }: SignedText) {
  const [names = '', ...rest] = signature.split('\n')
  const good = names.split(',').includes(principal) && rest.join('\n') === text
  return Promise.resolve(
    good
      ? ({ good, fingerprint: `SHA256:${names}` } as const)
      : ({ good, code: 'other-text', message: 'it does not fit' } as const),
  )
}

const verdictOn = (given: Answer, asked: Partial<Question> = {}) =>
  verifyAnswer(given, { ...question, ...asked }, people, verify, now)

it('accepts an approval of somebody of the role', async () => {
  expect(await verdictOn(answer())).toEqual({
    ...{ accepted: true, decision: 'approve', by: 'alice', digest: question.digest, reason: undefined },
    ...{ signature: answer().signature, fingerprint: 'SHA256:alice', signedAt: approval.at },
  })
})

it('accepts a rejection, also of somebody who approved, and of the operator', async () => {
  const no = { decision: 'reject', reason: 'wrong token' } as const
  expect(await verdictOn(answer(no), { given: ['alice'] })).toMatchObject({ accepted: true, reason: 'wrong token' })
  expect(await verdictOn(answer({ ...no, principal: 'carol' }))).toMatchObject({ accepted: true, by: 'carol' })
})

describe('refuses an answer', () => {
  it.each([
    ['of nobody that is known', answer({ principal: 'mallory' }), 'unknown-principal', 'names nobody so'],
    [
      'of another role',
      answer({ principal: 'dora' }),
      'not-of-role',
      'role `key-custodian` is wanted, found `auditor`',
    ],
    [
      'of the operator',
      answer({ principal: 'carol' }),
      'operator',
      'nobody approves a run that they operate themselves',
    ],
    ["signed with the operator's key", answer({}, 'alice,carol'), 'operator', 'also that of the operator `carol`'],
    ['for another run', answer({ run: 'S' }), 'other-request', 'it is for step `signRoot` of run `S`'],
    ['for another step', answer({ address: 'copy' }), 'other-request', 'it is for step `copy` of run `R`'],
    ['to an earlier text', answer({ digest: '0'.repeat(64) }), 'changed', 'the request changed'],
    ['whose signature is of another text', answer({}, undefined, 'other'), 'signature', 'it does not fit'],
    ['signed too long ago', answer({ at: '2026-11-22T12:59:59Z' }), 'expired', 'too long ago'],
    ['signed in the future', answer({ at: '2026-11-22T14:20:00Z' }), 'future', 'yet to come'],
  ] as const)('%s', async (_, given, code, message) => {
    const verdict = await verdictOn(given)
    expect(verdict).toMatchObject({ accepted: false, code })
    expect(verdict).toHaveProperty('message', expect.stringContaining(message))
  })

  it('of somebody who approved already', async () => {
    expect(await verdictOn(answer(), { given: ['alice'] })).toMatchObject({ accepted: false, code: 'twice' })
  })

  it('with a key that approved already under another name', async () => {
    expect(await verdictOn(answer({}, 'alice,bob'), { given: ['bob'] })).toMatchObject({
      code: 'twice',
      message: 'the answer of `alice` does not count: its key is also that of `bob`, who approved already',
    })
  })

  it('whose decision was turned round', async () => {
    const turned = { ...answer({ decision: 'reject', reason: 'no' }), decision: 'approve' as const }
    expect(await verdictOn(turned)).toMatchObject({ accepted: false, code: 'signature' })
  })
})

it('lets an approval be good for as long as it says from when it was taken', () => {
  expect(isExpired({ takenAt: 1000, expiresMs: 500 }, 1499)).toBe(false)
  expect(isExpired({ takenAt: 1000, expiresMs: 500 }, 1500)).toBe(true)
})
