import { checkUnsigned, signedText, type UnsignedAnswer, writeAnswer } from '../../approval/answer.ts'
import type { RequestFile } from '../../approval/request-file.ts'
import { signText } from '../../approval/sign.ts'
import { StepError } from '../../step/errors.ts'
import { NeedsPerson } from '../../run/run-stop.ts'
import { CommandStopped } from '../command-stopped.ts'
import type { Surroundings } from '../command.ts'
import type { Arguments } from '../parse-arguments.ts'
import { quoteCommand } from '../quote.ts'
import { openTerminal } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'
import { decideAtTerminal, type Decision, decisionByFlag, insistOnReviewed, readable } from './decide.ts'
import type { FoundKey } from './find-key.ts'

export interface Answering {
  readonly request: RequestFile
  readonly key: FoundKey
  readonly principal: string
  /** Refuses what would not count, before it is signed. */
  readonly refuse: (unsigned: UnsignedAnswer) => void
}

/**
 * Has a request answered, by flags or at the terminal, and signs the answer.
 *
 * @returns the answer file's text
 * @throws {UsageError} {NeedsPerson} {StepError}
 */
export async function answerQuestion(
  args: Arguments,
  { stdout, words }: Surroundings,
  { request, key, principal, refuse }: Answering,
): Promise<string> {
  const { run, address, digest, text } = request
  const unsigned = (decision: Decision): UnsignedAnswer => ({
    ...{ run, address, digest, principal, at: new Date().toISOString() },
    ...decision,
  })
  const byFlag = decisionByFlag(args)
  insistOnReviewed(args, request)
  refuse(unsigned(byFlag ?? { decision: 'reject', reason: 'nobody is asked who has no say' }))
  const terminal = byFlag === undefined ? openTerminal() : undefined
  if (byFlag === undefined && terminal === undefined) {
    if (!args.flag('json')) stdout.write(readable(request))
    throw new CommandStopped(
      new NeedsPerson('approval', `\`${address}\` waits for an answer, and there is no terminal to ask at`, {
        hint: 'read the text, then answer with `--approve` or with `--reject --reason TEXT`',
      }),
      { done: [], notDone: [], goOn: quoteCommand([...words, '--approve', '--digest', digest]), runId: run },
    )
  }
  const who = `as ${principal}, with key ${key.path} (${key.because})`
  const decision = byFlag ?? (terminal && (await decideAtTerminal(request, who, terminal)))
  if (decision === undefined) throw new Error('a terminal was there, or a flag')
  const answer = unsigned(decision)
  refuse(answer)
  checkAnswer(answer)
  const signature = await signText(signedText(text, answer), key.path, { terminal: process.stderr.isTTY === true })
  return writeAnswer({ ...answer, signature })
}

/** A reason or a name that cannot be shown on one line was given on the command line. */
function checkAnswer(answer: UnsignedAnswer): void {
  try {
    checkUnsigned(answer)
  } catch (error) {
    if (StepError.is(error)) throw new UsageError(error.message)
    throw error
  }
}
