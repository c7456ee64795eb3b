import { setTimeout as sleep } from 'node:timers/promises'
import { takeAnswers } from '../../approval/take-answers.ts'
import { type AcceptedAnswer, type Question, signatureChecker } from '../../approval/verify-answer.ts'
import { stepText } from '../../render/outcome-text.ts'
import type { ApprovalRequest } from '../../run/person-request.ts'
import { NeedsPerson } from '../../run/run-stop.ts'
import { runFolder } from '../../run/state-folder.ts'
import type { Json } from '../../step/json.ts'
import { quoteCommand } from '../quote.ts'
import type { SiteParts } from './site-parts.ts'

const lookEveryMs = 1_000

/**
 * One signed answer to a request, from the run's inbox; where somebody may wait, waits until it comes.
 *
 * @throws {NeedsPerson} `approval`
 */
export async function signedApproval(
  parts: SiteParts,
  request: ApprovalRequest,
  signal: AbortSignal,
  runId: string,
): Promise<Json> {
  const { state, environment, wait, say } = parts
  const { step, role, count, given } = request
  const command = quoteCommand(['runbook', 'approve', runId, step.id, '--state', state.path])
  const told = new Set<string>()
  const tell = (text: string): void => {
    if (!told.has(text)) say(`${text}\n`)
    told.add(text)
  }
  const signers = environment.allowedSigners
  if (signers === undefined)
    throw new NeedsPerson(
      'approval',
      `environment \`${environment.name}\` names no \`allowedSigners\`, so nobody can approve`,
      {
        step,
        hint: 'add `allowedSigners: FILE` to the environment',
      },
    )
  const files = { allowedSigners: signers.path, revokedKeys: environment.revokedKeys }
  const question: Question = { ...request, run: runId, address: step.id, expiresMs: request.expiresMs }
  for (;;) {
    const { accepted, refused, broken } = await takeAnswers(
      runFolder(state, runId),
      question,
      { approvers: environment.approvers, operators: request.operators },
      signatureChecker(files, new Date()), // keys are valid for a time, and this may wait for days
      Date.now(),
    )
    for (const { path, why } of broken) tell(`\`${path}\` is no answer, and is left: ${why}`)
    for (const { message, hint } of refused) tell(`${message}${hint === undefined ? '' : `; ${hint}`}`)
    const [answer] = accepted
    if (answer !== undefined) return answerOf(answer)
    const waiting = `\`${role}\` has to approve, ${given.length} of ${count} did; the text's SHA-256 is ${request.digest}`
    if (!wait) throw new NeedsPerson('approval', waiting, { step, hint: `an approver runs \`${command}\`` })
    tell(`${stepText(step)}: ${waiting}; an approver runs: ${command}`)
    await sleep(lookEveryMs, undefined, { signal })
  }
}

function answerOf({ decision, by, digest, reason, signature, fingerprint, signedAt }: AcceptedAnswer): Json {
  const answered = { by, digest, how: 'ssh-signature', signature, fingerprint, answeredAt: signedAt }
  return decision === 'approve'
    ? { decision, ...answered }
    : { decision, ...answered, reason: reason ?? 'no reason given' }
}
