import type { UnsignedAnswer } from '../../approval/answer.ts'
import type { RequestFile } from '../../approval/request-file.ts'
import { printable } from '../../diagnostics/display-width.ts'
import { NeedsPerson } from '../../run/run-stop.ts'
import type { Arguments } from '../parse-arguments.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'

export type Decision = Pick<UnsignedAnswer, 'decision' | 'reason'>

/** What the flags say; `undefined`: somebody has to be asked. @throws {UsageError} */
export function decisionByFlag(args: Arguments): Decision | undefined {
  const reason = args.value('reason')
  const why = reason === undefined ? {} : { reason }
  if (args.flag('approve') && args.flag('reject')) throw new UsageError('`--approve` and `--reject` say both')
  if (args.flag('approve')) {
    if (args.flag('digest')) return { decision: 'approve', ...why }
    throw new UsageError(
      '`--approve` needs `--digest HEX`: the SHA-256 of the text that was reviewed',
      'without `--approve` the text and its SHA-256 are shown',
    )
  }
  if (args.flag('reject')) {
    if (reason !== undefined) return { decision: 'reject', reason }
    throw new UsageError('`--reject` needs a reason', 'add `--reason TEXT`')
  }
  for (const name of ['reason', 'digest'] as const)
    if (args.flag(name)) throw new UsageError(`\`--${name}\` has no meaning without \`--approve\` or \`--reject\``)
  return undefined
}

/** What was reviewed is what is asked. @throws {NeedsPerson} `approval` */
export function insistOnReviewed(args: Arguments, { digest }: Pick<RequestFile, 'digest'>): void {
  const reviewed = args.value('digest')
  if (reviewed === undefined || reviewed.toLowerCase() === digest) return
  throw new NeedsPerson('approval', `the request changed: its text has SHA-256 ${digest}, reviewed was ${reviewed}`, {
    hint: 'read it again, then answer again',
  })
}

/**
 * Shows the text and asks.
 *
 * @param who signs with what, in words
 * @throws {NeedsPerson} `approval` when there is no answer
 */
export async function decideAtTerminal(request: RequestText, who: string, terminal: Terminal): Promise<Decision> {
  terminal.show(`\n${readable(request)}\n${who}\n`)
  const word = (await terminal.ask('type `approve` or `reject`: '))?.trim()
  if (word === 'approve') return { decision: 'approve' }
  if (word !== 'reject')
    throw new NeedsPerson('approval', 'nothing was answered: `approve` or `reject` was to be typed, and was not')
  const reason = (await terminal.ask('reason: '))?.trim() ?? ''
  if (reason === '') throw new NeedsPerson('approval', 'nothing was answered: a rejection needs a reason')
  return { decision: 'reject', reason }
}

type RequestText = Pick<RequestFile, 'text' | 'digest'>

/** The text with what would not show, or would change what shows, written out. */
export function readable({ text, digest }: RequestText): string {
  const lines = text.trimEnd().split('\n').map(printable)
  return [...lines, '', `SHA-256 ${digest}`, ''].join('\n')
}
