import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { StepError } from '../step/errors.ts'
import type { OpenRequest } from './open-requests.ts'
import { readForm } from './read-form.ts'

const requestForm = Type.Object(
  {
    request: Type.Literal('approval'),
    format: Type.Literal(1),
    run: Type.String({ minLength: 1 }),
    address: Type.String({ minLength: 1 }),
    role: Type.String({ minLength: 1 }),
    count: Type.Integer({ minimum: 1 }),
    expiresMs: Type.Integer({ minimum: 1 }),
    digest: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    text: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
)

/** A request as a file, to be answered where the run's state is not. */
export type RequestFile = Static<typeof requestForm>

/** The file's text. Nobody signs it: what counts is the answer's signature over the text in it. */
export function writeRequest({ run, address, role, count, expiresMs, digest, text }: OpenRequest): string {
  const members = { request: 'approval', format: 1, run, address, role, count, expiresMs, digest, text }
  return `${JSON.stringify(members, undefined, 2)}\n`
}

/** @throws {StepError} `invalid` also when the text is not the one that the digest is of */
export function readRequest(text: string): RequestFile {
  const request = readForm(text, requestForm, 'a request')
  const found = digestOf(request.text)
  if (found !== request.digest)
    throw new StepError('invalid', `its text was changed: SHA-256 is ${found}, wanted ${request.digest}`, {
      hint: 'export it again with `runbook approve RUN STEP --export FILE`',
    })
  return request
}

/** SHA-256 of a request's text in UTF-8, hex. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
