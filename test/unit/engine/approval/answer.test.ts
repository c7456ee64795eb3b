import { describe, expect, it } from 'vitest'
import { checkUnsigned, readAnswer, signedText, writeAnswer } from '../../../../engine/approval/answer.ts'
import type { OpenRequest } from '../../../../engine/approval/open-requests.ts'
import { digestOf, readRequest, writeRequest } from '../../../../engine/approval/request-file.ts'

const text = 'Approval of step 2 signRoot: Sign the root\nby 2 of role key-custodian\n'
const unsigned = {
  run: '20261122-135012-k7m2q',
  address: 'signRoot',
  digest: digestOf(text),
  decision: 'approve' as const,
  principal: 'alice',
  at: '2026-11-22T14:00:00Z',
}
const signed = { ...unsigned, signature: '-----BEGIN SSH SIGNATURE-----\n' }

describe('what is signed', () => {
  it('is the text word for word, and lines that say who decided what, why and when', () => {
    expect(signedText(text, { ...unsigned, decision: 'reject', reason: 'wrong token' })).toBe(`${text}--- answer ---
run        20261122-135012-k7m2q
step       signRoot
decision   reject
principal  alice
reason     wrong token
at         2026-11-22T14:00:00Z
`)
  })

  it.each([
    ['run', { run: '20261122-135012-k7m2r' }],
    ['step', { address: 'copyKey' }],
    ['decision', { decision: 'reject' as const }],
    ['principal', { principal: 'bob' }],
    ['time', { at: '2026-11-22T14:00:01Z' }],
    ['reason', { reason: 'fine' }],
    ['reason that looks like none', { reason: 'no reason given' }],
  ])('is another text for another %s', (_, change) => {
    expect(signedText(text, { ...unsigned, ...change })).not.toBe(signedText(text, unsigned))
  })
})

describe('an answer', () => {
  it('is read as it was written, and written the same each time', () => {
    const written = writeAnswer(signed)
    expect(writeAnswer(readAnswer(written))).toBe(written)
    expect(readAnswer(written)).toEqual({ answer: 'approval', format: 1, ...signed })
  })

  it.each([
    ['{"answer": "appr', 'it is not an answer: no whole JSON text'],
    ['[]', 'it is not an answer: wanted a map, found a list'],
    [
      JSON.stringify({ answer: 'approval', format: 2 }),
      'it is an answer of format `2`, and this release reads format 1',
    ],
    [writeAnswer({ ...signed, decision: 'reject' }), 'it is not an answer: a rejection has no `reason`'],
  ])('is not %j', (file, message) => {
    expect(() => readAnswer(file)).toThrow(expect.objectContaining({ code: 'invalid', message }))
  })

  it('names every mistake', () => {
    const wrong = { ...JSON.parse(writeAnswer(signed)), decision: 'maybe', digest: 'abc', at: 'noon', extra: 1 }
    expect(() => readAnswer(JSON.stringify(wrong))).toThrow(
      /`digest`: wanted a SHA-256.*`decision`: wanted .*`at`: wanted a time.*unknown key `extra`/s,
    )
  })

  it.each(['two\nlines', 'bell\u0007', 'turned \u202e round', 'line\u2028separator', ''])(
    'takes no reason that does not look like what it is: %j',
    (reason) => {
      expect(() => checkUnsigned({ ...unsigned, reason })).toThrow(/`reason`: wanted/)
    },
  )
})

describe('a request file', () => {
  const request: OpenRequest = {
    run: unsigned.run,
    address: 'signRoot',
    subject: 'step/signRoot',
    n: 0,
    role: 'key-custodian',
    count: 2,
    expiresMs: 1000,
    text,
    digest: digestOf(text),
    requestedAt: '2026-11-22T13:00:00Z',
    given: [],
  }

  it('holds what somebody elsewhere has to know', () => {
    const { run, address, role, count, expiresMs, digest } = request
    const members = { run, address, role, count, expiresMs, digest, text }
    expect(readRequest(writeRequest(request))).toEqual({ request: 'approval', format: 1, ...members })
  })

  it('is refused when its text is not what its digest says', () => {
    expect(() => readRequest(writeRequest(request).replace('Sign the root', 'Sign my root'))).toThrow(
      /its text was changed: SHA-256 is [0-9a-f]{64}, wanted [0-9a-f]{64}/,
    )
  })

  it('is not an answer', () => {
    expect(() => readRequest(writeAnswer(signed))).toThrow('it is not a request')
    expect(() => readAnswer(writeRequest(request))).toThrow('it is not an answer')
  })
})
