import { expect, it } from 'vitest'
import { approvalAtTerminal } from '../../../../../engine/cli/people/ask-approval.ts'
import { confirm } from '../../../../../engine/cli/people/ask-confirmation.ts'
import type { Terminal } from '../../../../../engine/cli/terminal.ts'
import type { Environment } from '../../../../../engine/document/environment.ts'
import type { ApprovalRequest, ConfirmationRequest } from '../../../../../engine/run/person-request.ts'

const step = { id: 'signRoot', number: '2', title: 'Sign the root' }
const approval: ApprovalRequest = {
  ...{ kind: 'approval', step, key: 'step/signRoot/approval/0', role: 'key-custodian', count: 2, text: 'the text' },
  ...{ digest: 'abcd', given: [], expiresMs: 1000, operators: ['carol'] },
}
const confirmation: ConfirmationRequest = { kind: 'confirmation', step, reason: 'it is published', word: 'token 1' }
const never = new AbortController().signal
const alive = (): Promise<void> => Promise.resolve()
const people = new Map([['key-custodian', ['alice', 'bob', 'carol']]])
const environment = { name: 'lab', kind: 'sandbox', approvers: people } as unknown as Environment // no more of it is read

function terminal(...answers: string[]): Terminal & { readonly shown: string[] } {
  const shown: string[] = []
  const ask = (): Promise<string | undefined> => Promise.resolve(answers.shift())
  return { shown, show: (text) => shown.push(text), ask, askHidden: ask }
}

it('takes the word of one person of the role who does not operate the run', async () => {
  const typed = terminal('mallory', 'carol', 'alice', 'approve')
  const answer = await approvalAtTerminal(environment, typed, alive, approval, never)
  expect(answer).toEqual({ decision: 'approve', digest: 'abcd', by: 'alice', how: 'unsigned' })
  expect(typed.shown[0]).toContain('the text')
  expect(typed.shown.join('')).toContain('`carol` is not of role')
})

it('takes nobody twice, and shows the text once', async () => {
  const typed = terminal('alice', 'bob', 'approve')
  const answer = await approvalAtTerminal(environment, typed, alive, { ...approval, given: ['alice'] }, never)
  expect(answer).toMatchObject({ by: 'bob' })
  expect(typed.shown.join('')).not.toContain('the text')
})

it('takes a rejection with its reason', async () => {
  const answer = await approvalAtTerminal(environment, terminal('alice', 'wrong label'), alive, approval, never)
  expect(answer).toMatchObject({ decision: 'reject', by: 'alice', reason: 'wrong label' })
})

it('takes none when the sandbox does not answer', async () => {
  const dead = (): Promise<void> => Promise.reject(new Error('nobody answers'))
  await expect(approvalAtTerminal(environment, terminal(), dead, approval, never)).rejects.toThrow('nobody answers')
})

it('names the digest where nobody can be asked', async () => {
  await expect(approvalAtTerminal(environment, undefined, alive, approval, never)).rejects.toThrow(
    "the text's SHA-256 is abcd; there is no terminal to ask at",
  )
})

it('passes on what was typed at a point of no return, or given ahead', async () => {
  expect(await confirm(confirmation, terminal('token 1'), undefined, never)).toBe('token 1')
  expect(await confirm(confirmation, undefined, 'token 2', never)).toBe('token 2')
  await expect(confirm(confirmation, undefined, undefined, never)).rejects.toMatchObject({ reason: 'confirmation' })
})
