import type { Environment } from '../../document/environment.ts'
import type { ApprovalRequest } from '../../run/person-request.ts'
import { NeedsPerson } from '../../run/run-stop.ts'
import type { Json } from '../../step/json.ts'
import type { Terminal } from '../terminal.ts'

/**
 * Asks one person at the terminal: a name and a word, unsigned, so it is taken in a sandbox only.
 *
 * @param insistOnSandbox throws {NeedsPerson} when the environment's sandbox does not answer
 */
export async function approvalAtTerminal(
  environment: Environment,
  terminal: Terminal | undefined,
  insistOnSandbox: () => Promise<void>,
  request: ApprovalRequest,
  signal: AbortSignal,
): Promise<Json> {
  const { step, role, count, text, digest, given, operators } = request
  const what = `\`${role}\` has to approve, ${given.length} of ${count} did; the text's SHA-256 is ${digest}`
  if (terminal === undefined)
    throw new NeedsPerson('approval', `${what}; there is no terminal to ask at`, {
      step,
      hint: 'go on at a terminal, or with `--approve-all`',
    })
  await insistOnSandbox()
  const allowed = (environment.approvers.get(role) ?? []).filter((each) => !operators.includes(each))
  if (allowed.length < count)
    throw new NeedsPerson('approval', `${what}; environment \`${environment.name}\` names ${allowed.length}`, {
      step,
      hint: `name them under \`approvers: ${role}:\``,
    })
  if (given.length === 0) terminal.show(`\n${text}\nSHA-256 ${digest}\n\n`)
  return { digest, how: 'unsigned', ...(await approver(request, allowed, terminal, signal)) }
}

async function approver(
  { step, role, count, given }: ApprovalRequest,
  allowed: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<
  | { readonly decision: 'approve'; readonly by: string }
  | { readonly decision: 'reject'; readonly by: string; readonly reason: string }
> {
  for (;;) {
    const by = (await terminal.ask(`approver ${given.length + 1} of ${count}, name: `, signal))?.trim()
    if (by === undefined || by === '') throw new NeedsPerson('approval', 'nobody answered', { step })
    if (!allowed.includes(by)) terminal.show(`\`${by}\` is not of role \`${role}\`; ${allowed.join(', ')} are\n`)
    else if (given.includes(by)) terminal.show(`\`${by}\` approved already; it takes another person\n`)
    else {
      const word = (await terminal.ask('type `approve`, or why not: ', signal))?.trim()
      if (word === 'approve') return { decision: 'approve', by }
      if (word === undefined) throw new NeedsPerson('approval', 'nobody answered', { step })
      return { decision: 'reject', by, reason: word === '' ? 'no reason given' : word }
    }
  }
}
