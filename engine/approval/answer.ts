import { type Static, Type } from 'typebox'
import { StepError } from '../step/errors.ts'
import { readForm } from './read-form.ts'

const lineOfText = (description: string) =>
  Type.String({
    description,
    minLength: 1,
    maxLength: 1000,
    // no control characters, no line or paragraph separators, nothing that reorders: one line, as it looks
    pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]+$',
    'x-runbook-wants': 'one line of visible text',
  })

const sha256Form = Type.String({ pattern: '^[0-9a-f]{64}$', 'x-runbook-wants': 'a SHA-256 in lower-case hex' })

const answerForm = Type.Object(
  {
    answer: Type.Literal('approval'),
    format: Type.Literal(1),
    run: lineOfText('Id of the run'),
    address: lineOfText('Address of the step'),
    digest: sha256Form,
    decision: Type.Union([Type.Literal('approve'), Type.Literal('reject')]),
    reason: Type.Optional(lineOfText('Why')),
    principal: lineOfText('Who answers'),
    at: Type.String({ format: 'date-time' }),
    signature: Type.String({ minLength: 1, maxLength: 20_000 }),
  },
  { additionalProperties: false },
)

/** What somebody said to a request, signed. */
export type Answer = Static<typeof answerForm>

/** An answer before it is signed. */
export type UnsignedAnswer = Omit<Answer, 'answer' | 'format' | 'signature'>

/**
 * What is signed: the request's text word for word, and seven lines behind it. Each line is one line, so that no two answers have the
 * same text.
 *
 * @param text of the request; its SHA-256 is the answer's `digest`
 */
export function signedText(text: string, { run, address, decision, principal, reason, at }: UnsignedAnswer): string {
  return [
    text.endsWith('\n') ? text : `${text}\n`,
    '--- answer ---\n',
    `run        ${run}\n`,
    `step       ${address}\n`,
    `decision   ${decision}\n`,
    `principal  ${principal}\n`,
    reason === undefined ? 'no reason given\n' : `reason     ${reason}\n`,
    `at         ${at}\n`,
  ].join('')
}

/** The answer as a file: the same answer gives the same bytes. */
export function writeAnswer(answer: UnsignedAnswer & { readonly signature: string }): string {
  const { run, address, digest, decision, reason, principal, at, signature } = answer
  const why = reason === undefined ? {} : { reason }
  const members = { answer: 'approval', format: 1, run, address, digest, decision, ...why, principal, at, signature }
  return `${JSON.stringify(members, undefined, 2)}\n`
}

/**
 * Reads what {@link writeAnswer} wrote. Whether it is to be believed is another question.
 *
 * @throws {StepError} `invalid`
 */
export function readAnswer(text: string): Answer {
  const answer = readForm(text, answerForm, 'an answer')
  if (answer.decision === 'reject' && answer.reason === undefined)
    throw new StepError('invalid', 'it is not an answer: a rejection has no `reason`')
  return answer
}

/**
 * An answer that can be written and signed.
 *
 * @throws {StepError} `invalid` when a part of it is not one visible line, or a rejection has no reason
 */
export function checkUnsigned(unsigned: UnsignedAnswer): UnsignedAnswer {
  readAnswer(writeAnswer({ ...unsigned, signature: 'not yet' }))
  return unsigned
}
