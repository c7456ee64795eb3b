import { StepError } from '../step/errors.ts'
import { readAnswer, type Answer } from './answer.ts'
import { readInbox, type BrokenItem } from './inbox.ts'
import {
  verifyAnswer,
  type AcceptedAnswer,
  type People,
  type Question,
  type RefusedAnswer,
  type VerifySignature,
} from './verify-answer.ts'

export interface TakenAnswers {
  /** New ones, in the order in which they are to be journaled: one rejection alone, else approvals, no more than are wanted. */
  readonly accepted: readonly AcceptedAnswer[]
  readonly refused: readonly (RefusedAnswer & { readonly path: string })[]
  /** Files that are no answer. They are left, and stop nothing. */
  readonly broken: readonly BrokenItem[]
}

/**
 * Looks for answers to a question in a run's inbox. Changes nothing: the caller journals what is accepted, and gives it back in
 * `question.given` the next time.
 *
 * @param now milliseconds since the epoch on the machine's clock
 */
export async function takeAnswers(
  runFolder: string,
  question: Question,
  people: People,
  verify: VerifySignature,
  now: number,
): Promise<TakenAnswers> {
  const { answers, broken } = await answersIn(runFolder)
  const refused: (RefusedAnswer & { readonly path: string })[] = []
  const given = [...question.given]
  const accepted: AcceptedAnswer[] = []
  const mine = answers.filter(
    ({ answer }) =>
      answer.run === question.run &&
      answer.address === question.address &&
      // an approval of somebody who has approved is the one that was taken, or says nothing new
      !(answer.decision === 'approve' && given.includes(answer.principal)),
  )
  // a no counts before any yes, whichever came first
  const order = [...mine.filter(isRejection), ...mine.filter((each) => !isRejection(each))]
  for (const { answer, path } of order) {
    if (given.length >= question.count) break
    const verdict = await verifyAnswer(answer, { ...question, given }, people, verify, now)
    if (!verdict.accepted) refused.push({ ...verdict, path })
    else if (verdict.decision === 'reject') return { accepted: [verdict], refused, broken }
    else {
      accepted.push(verdict)
      given.push(verdict.by)
    }
  }
  return { accepted, refused, broken }
}

/** The answers in an inbox, whatever they are to. */
export async function answersIn(
  runFolder: string,
): Promise<{ readonly answers: readonly FoundAnswer[]; readonly broken: readonly BrokenItem[] }> {
  const inbox = await readInbox(runFolder)
  const answers: FoundAnswer[] = []
  const broken = [...inbox.broken]
  for (const { kind, path, text } of inbox.items) {
    if (kind !== 'approval') continue
    try {
      answers.push({ path, answer: readAnswer(text) })
    } catch (error) {
      if (!StepError.is(error)) throw error
      broken.push({ path, why: error.message })
    }
  }
  return { answers, broken }
}

export interface FoundAnswer {
  readonly path: string
  readonly answer: Answer
}

function isRejection({ answer }: FoundAnswer): boolean {
  return answer.decision === 'reject'
}
