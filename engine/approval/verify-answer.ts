import { listNames } from '../diagnostics/list-names.ts'
import { signedText, type Answer, type UnsignedAnswer } from './answer.ts'
import { checkSignature, type SignatureVerdict, type SignedText, type SignerFiles } from './check-signature.ts'
import type { OpenRequest } from './open-requests.ts'

/** What is asked, as far as an answer is held to it. */
export type Question = Pick<
  OpenRequest,
  'run' | 'address' | 'role' | 'count' | 'expiresMs' | 'digest' | 'text' | 'given'
>

/** Who may answer. */
export interface People {
  /** Principals by role. */
  readonly approvers: ReadonlyMap<string, readonly string[]>
  /** Principals of everybody who operated the run. They may reject, and not approve. */
  readonly operators: readonly string[]
}

/** Says whether a signature counts. {@link signatureChecker} makes the real one. */
export type VerifySignature = (signed: SignedText) => Promise<SignatureVerdict>

export interface AcceptedAnswer {
  readonly accepted: true
  readonly decision: Answer['decision']
  readonly by: string
  readonly digest: string
  readonly reason: string | undefined
  readonly signature: string
  readonly fingerprint: string
  /** When its signer says it was signed, RFC 3339. */
  readonly signedAt: string
}

export interface RefusedAnswer {
  readonly accepted: false
  readonly code: RefusalCode
  readonly by: string
  /** `alice`'s answer does not count: … */
  readonly message: string
  readonly hint: string | undefined
}

type RefusalCode =
  | 'other-request' // of another run or step
  | 'changed' // the request is not the one that was answered
  | 'unknown-principal'
  | 'not-of-role'
  | 'operator'
  | 'twice'
  | 'expired'
  | 'future' // signed at a time that is yet to come
  | 'signature'

/** How far the clock of another machine may be ahead, in milliseconds. */
const aheadMs = 10 * 60_000

/**
 * Whether an approval that the journal holds is over. It is good for `expiresMs` from when it was taken into the journal, both times on
 * the run's clock.
 */
export function isExpired({ takenAt, expiresMs }: { takenAt: number; expiresMs: number }, now: number): boolean {
  return now - takenAt >= expiresMs
}

/** `ssh-keygen` over the files of an environment. @param at when signatures must count, on the machine's clock */
export function signatureChecker(files: SignerFiles, at: Date): VerifySignature {
  return (signed) => checkSignature(signed, files, at)
}

/**
 * Accepts or refuses an answer. It is older than the journal's record of it, so one that waited longer than an approval is good for is
 * refused as well, by the time that its signer gave.
 *
 * @param now milliseconds since the epoch on the machine's clock
 */
export async function verifyAnswer(
  answer: Answer,
  question: Question,
  people: People,
  verify: VerifySignature,
  now: number,
): Promise<AcceptedAnswer | RefusedAnswer> {
  const refusal = refuseUnsigned(answer, question, people, now)
  if (refusal !== undefined) return refusal
  const { principal, signature, decision, digest, reason, at } = answer
  const text = signedText(question.text, answer)
  const verdict = await verify({ text, signature, principal })
  if (!verdict.good) return refused(answer, 'signature', verdict.message, verdict.hint)
  const { fingerprint } = verdict
  if (decision === 'approve') {
    // two names with one key are one person
    for (const other of [...people.operators, ...question.given]) {
      if (!(await verify({ text, signature, principal: other })).good) continue
      return people.operators.includes(other)
        ? refused(answer, 'operator', `its key is also that of the operator \`${other}\``, anotherPerson)
        : refused(answer, 'twice', `its key is also that of \`${other}\`, who approved already`, anotherPerson)
    }
  }
  return { accepted: true, decision, by: principal, digest, reason, signature, fingerprint, signedAt: at }
}

/** Everything that can be said before there is a signature, so that nobody signs in vain. */
export function refuseUnsigned(
  answer: UnsignedAnswer,
  question: Question,
  { approvers, operators }: People,
  now: number,
): RefusedAnswer | undefined {
  const { principal, decision } = answer
  const no = (code: RefusalCode, message: string, hint?: string) => refused(answer, code, message, hint)
  if (answer.run !== question.run || answer.address !== question.address)
    return no('other-request', `it is for step \`${answer.address}\` of run \`${answer.run}\``)
  if (answer.digest !== question.digest)
    return no(
      'changed',
      `the request changed: its text has SHA-256 ${question.digest}, answered was ${answer.digest}`,
      'read it again, then answer again',
    )
  const ofRole = approvers.get(question.role) ?? []
  if (!ofRole.includes(principal)) {
    const roles = [...approvers].flatMap(([role, names]) => (names.includes(principal) ? [role] : []))
    const hint = ofRole.length === 0 ? undefined : `${listNames(ofRole, 'or')} may answer`
    return roles.length === 0
      ? no('unknown-principal', 'the environment names nobody so under `approvers`', hint)
      : no('not-of-role', `role \`${question.role}\` is wanted, found ${listNames(roles, 'and')}`, hint)
  }
  if (decision === 'approve' && operators.includes(principal))
    return no('operator', 'nobody approves a run that they operate themselves', anotherPerson)
  if (decision === 'approve' && question.given.includes(principal))
    return no('twice', 'the same person approved already', anotherPerson)
  const age = now - Date.parse(answer.at)
  if (age >= question.expiresMs) return no('expired', `it was signed at ${answer.at}, too long ago`, 'answer again')
  if (age < -aheadMs) return no('future', `it was signed at ${answer.at}, which is yet to come`, 'set the clock right')
  return undefined
}

const anotherPerson = 'let another person of the role answer'

function refused({ principal }: UnsignedAnswer, code: RefusalCode, why: string, hint?: string): RefusedAnswer {
  return {
    accepted: false,
    code,
    by: principal,
    message: `the answer of \`${principal}\` does not count: ${why}`,
    hint,
  }
}
