import type { ApprovalRule, Leaf } from '../document/runbook.ts'
import { digestOf } from '../approval/request-file.ts'
import { isExpired } from '../approval/verify-answer.ts'
import { redactor } from '../redaction/redactor.ts'
import type { Execution } from './execution.ts'
import type { Approval } from './person-request.ts'
import { type ApprovalRecorded, type ApprovalRequested, keys, type RejectionRecorded } from './records.ts'
import { NeedsPerson } from './run-stop.ts'
import { nameOf } from './step-name.ts'

/** One thing that people have to approve. */
export interface ApprovalGate {
  /** What its records begin with. */
  readonly key: string
  readonly rule: ApprovalRule
  /** The text for a journal head; the same facts give the same text. */
  readonly text: (head: string) => Promise<string>
  /** What it says of the entries behind it, by id; absent: nothing. */
  readonly covers?: () => Promise<{ readonly [id: string]: string }>
}

/**
 * Passes an approval: the one that stands is the last one asked for, as long as nobody rejected it, its text is still true and its
 * answers are fresh; else it is asked for anew. Each answer is journaled as it comes.
 *
 * @returns true when a person was asked just now
 * @throws {NeedsPerson} `approval`
 */
export async function approve(execution: Execution, step: Leaf, gate: ApprovalGate): Promise<boolean> {
  const { host } = execution
  const { key, requested } = await standingRequest(execution, gate)
  const answers = () => readAnswers(execution, key)
  if (answers().length >= gate.rule.count) return false
  host.emit({ type: 'head', at: 'approval', ...host.head() })
  for (let given = answers(); given.length < gate.rule.count; given = answers()) {
    const { role, count, text, digest } = requested
    const by = given.map((answer) => answer.by)
    const answer = (await host.receive({
      kind: 'approval',
      step: nameOf(step),
      ...{ key, role, count, text, digest, given: by, operators: execution.operators, expiresMs: requested.expiresMs },
    })) as unknown as Approval // every host answers an approval request with one
    await take(execution, step, key, requested, by, answer)
  }
  host.emit({ type: 'person-answered', step: nameOf(step), kind: 'approval', by: answers().map(({ by }) => by) })
  return true
}

async function standingRequest(
  execution: Execution,
  { key: gate, rule, text: unredacted, covers }: ApprovalGate,
): Promise<{ readonly key: string; readonly requested: ApprovalRequested }> {
  const { host } = execution
  const text = async (head: string) => redactor.text(await unredacted(head))
  let n = 0
  while (host.recall(keys.requested(keys.approval(gate, n + 1))) !== undefined) n += 1
  const key = keys.approval(gate, n)
  const earlier = host.recall(keys.requested(key)) as ApprovalRequested | undefined // written below alone
  if (earlier !== undefined && !isVoid(execution, key, earlier) && earlier.text === (await text(earlier.head)))
    return { key, requested: earlier }
  const next = keys.approval(gate, earlier === undefined ? 0 : n + 1)
  const head = host.head().hash
  const written = await text(head)
  const requested: ApprovalRequested = {
    ...rule,
    head,
    text: written,
    digest: digestOf(written),
    covers: (await covers?.()) ?? {},
  }
  await host.record(keys.requested(next), { ...requested })
  return { key: next, requested }
}

/** Rejected, or an answer is too old. */
function isVoid(execution: Execution, key: string, { expiresMs }: ApprovalRequested): boolean {
  const { host } = execution
  if (host.recall(keys.rejected(key)) !== undefined) return true
  return readAnswers(execution, key).some(({ at: takenAt }) => isExpired({ takenAt, expiresMs }, host.now()))
}

function readAnswers({ host }: Execution, key: string): readonly ApprovalRecorded[] {
  const answers: ApprovalRecorded[] = []
  for (let m = 0; ; m += 1) {
    const answer = host.recall(keys.given(key, m)) as ApprovalRecorded | undefined // written below alone
    if (answer === undefined) return answers
    answers.push(answer)
  }
}

async function take(
  { host, operators }: Execution,
  step: Leaf,
  key: string,
  requested: ApprovalRequested,
  given: readonly string[],
  answer: Approval,
): Promise<void> {
  const { by, digest, how, signature = null, fingerprint = null, answeredAt = null } = answer
  const recorded: ApprovalRecorded = { by, digest, how, signature, fingerprint, answeredAt, at: host.now() }
  const { role, count } = requested
  if (digest !== requested.digest || given.includes(by) || operators.includes(by))
    throw new NeedsPerson(
      'approval',
      `\`${role}\` has to approve ${count} times, each another person, and not who operates the run`,
    )
  if (answer.decision === 'approve') {
    await host.record(keys.given(key, given.length), { ...recorded })
    return
  }
  const rejected: RejectionRecorded = { ...recorded, reason: answer.reason }
  await host.record(keys.rejected(key), { ...rejected })
  host.emit({ type: 'person-answered', step: nameOf(step), kind: 'approval', by: [by], rejected: answer.reason })
  throw new NeedsPerson('approval', `\`${by}\` rejected it: ${answer.reason}`, {
    hint: 'settle it between you; going on asks again',
  })
}
