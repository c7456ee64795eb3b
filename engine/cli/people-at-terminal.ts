import type { Environment } from '../document/environment.ts'
import { stepText } from '../render/outcome-text.ts'
import type { People } from '../run/local-host.ts'
import type { ApprovalRequest, ConfirmationRequest } from '../run/person-request.ts'
import { NeedsPerson } from '../run/run-stop.ts'
import type { Json } from '../step/json.ts'
import type { Terminal } from './terminal.ts'

/**
 * Asks the people at the terminal. Approvals in this version are unsigned, a name and a word, so they are taken for a sandbox
 * only.
 *
 * @param insistOnSandbox throws {NeedsPerson} when the environment's sandbox does not answer
 */
export function peopleAtTerminal(
  environment: Environment,
  terminal: Terminal | undefined,
  insistOnSandbox: () => Promise<void>,
): People {
  return {
    answer: (request, signal) =>
      request.kind === 'approval' ? approve(request, signal) : confirm(request, terminal, signal),
  }

  async function approve(request: ApprovalRequest, signal: AbortSignal): Promise<Json> {
    const { step, role, count, text, digest } = request
    const what = `\`${role}\` has to approve, ${count} of them; the text's SHA-256 is ${digest}`
    if (environment.kind !== 'sandbox')
      throw new NeedsPerson(
        'approval',
        `${what}; approvals in this version are unsigned and work only with a sandbox`,
        {
          step,
          hint: 'signed approvals come with a later version; until then rehearse with a sandbox',
        },
      )
    if (terminal === undefined)
      throw new NeedsPerson('approval', `${what}; there is no terminal to ask at`, {
        step,
        hint: 'go on at a terminal, or with `--approve-all`',
      })
    await insistOnSandbox()
    const allowed = environment.approvers.get(role) ?? []
    if (allowed.length < count)
      throw new NeedsPerson('approval', `${what}; environment \`${environment.name}\` names ${allowed.length}`, {
        step,
        hint: `name them under \`approvers: ${role}:\``,
      })
    terminal.show(`\n${text}\nSHA-256 ${digest}\n\n`)
    const by: string[] = []
    while (by.length < count) by.push(await approver(request, allowed, by, terminal, signal))
    return { digest, by, how: 'unsigned' }
  }
}

async function approver(
  { step, role, count }: ApprovalRequest,
  allowed: readonly string[],
  earlier: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<string> {
  for (;;) {
    const name = (await terminal.ask(`approver ${earlier.length + 1} of ${count}, name: `, signal))?.trim()
    if (name === undefined || name === '') throw new NeedsPerson('approval', 'it was not approved', { step })
    if (!allowed.includes(name)) terminal.show(`\`${name}\` is not of role \`${role}\`; ${allowed.join(', ')} are\n`)
    else if (earlier.includes(name)) terminal.show(`\`${name}\` approved already; it takes another person\n`)
    else {
      const word = (await terminal.ask('type `approve`, anything else rejects: ', signal))?.trim()
      if (word === 'approve') return name
      throw new NeedsPerson('approval', `\`${name}\` rejected it`, {
        step,
        hint: 'settle it between you; going on asks again',
      })
    }
  }
}

async function confirm(
  { step, reason, word }: ConfirmationRequest,
  terminal: Terminal | undefined,
  signal: AbortSignal,
): Promise<Json> {
  if (terminal === undefined)
    throw new NeedsPerson(
      'confirmation',
      `point of no return: ${reason}; \`${word}\` has to be typed, and there is no terminal`,
      { step, hint: 'go on at a terminal' },
    )
  terminal.show(`\nThere is no way back behind step ${stepText(step)}: ${reason}\n`)
  return (await terminal.ask(`type \`${word}\` to go on: `, signal))?.trim() ?? ''
}
