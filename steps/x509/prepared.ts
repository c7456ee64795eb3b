import { type Static, Type } from 'typebox'
import type { Absent, Satisfied } from '../../engine/step/check-answer.ts'
import type { CheckContext } from '../../engine/step/context.ts'
import { dateTime, sha256Hex } from '../../engine/step/schema.ts'
import { requireRunning } from './cancelled.ts'
import { describeTbs } from './model/describe.ts'
import { sha256Hex as digestOf } from './model/digest.ts'
import { invalid } from './model/invalid.ts'
import type { Finding } from './model/lint/lint.ts'

/** Outputs of every step that prepares bytes to be signed. */
export const preparedOutputs = {
  tbs: Type.String({ description: 'The exact bytes to be signed (DER), base64; for `x509.sign`' }),
  tbsSha256: sha256Hex('SHA-256 of the bytes to be signed: what approvers compare'),
  description: Type.String({ description: 'Everything the bytes say, one line each' }),
  lint: Type.Array(Type.String(), {
    description: 'Warnings of the rules, which were tried on a copy signed with a throw-away key; errors end the step',
  }),
}

/** Outputs of the steps that prepare certificates. */
export const preparedCertificate = Type.Object(
  {
    ...preparedOutputs,
    serial: Type.String({ description: "Serial number from the token's random source, hex" }),
    notBefore: dateTime('Begin of validity'),
    notAfter: dateTime('End of validity'),
  },
  { additionalProperties: false },
)

export type PreparedCertificate = Static<typeof preparedCertificate>

/**
 * What is prepared exists in the journal only: the answer of `apply`. After a crash before that was durable, other bytes are prepared,
 * and nobody has seen the first ones.
 */
export function preparedBefore<O>({ answer, signal }: CheckContext): Satisfied<O> | Absent {
  requireRunning(signal)
  if (answer === undefined) return { state: 'absent' }
  // the answer is what this step type's own `apply` returned
  return { state: 'satisfied', outputs: answer as O }
}

/**
 * The common outputs for bytes that passed the rules.
 *
 * @throws {StepError} `invalid`, listing the errors that the rules found
 */
export function prepared(tbs: Uint8Array, findings: readonly Finding[]) {
  refuseErrors(findings, 'what is to be signed')
  return {
    tbs: Buffer.from(tbs).toString('base64'),
    tbsSha256: digestOf(tbs),
    description: describeTbs(tbs),
    lint: findings.map(({ id, message }) => `${id}: ${message}`),
  }
}

/** @throws {StepError} `invalid` when there are errors among the findings */
export function refuseErrors(findings: readonly Finding[], what: string): void {
  const errors = findings.filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return
  throw invalid(
    `${what} breaks ${errors.length} rules: ${errors.map(({ id, message }) => `${id} (${message})`).join('; ')}`,
  )
}
