import { expect, it } from 'vitest'
import { peopleAtTerminal } from '../../../../engine/cli/people-at-terminal.ts'
import type { Terminal } from '../../../../engine/cli/terminal.ts'
import type { Environment } from '../../../../engine/document/environment.ts'
import type { ApprovalRequest, ConfirmationRequest } from '../../../../engine/run/person-request.ts'

const step = { id: 'signRoot', number: '2', title: 'Sign the root' }
const approval: ApprovalRequest = {
  kind: 'approval',
  step,
  role: 'key-custodian',
  count: 2,
  text: 'the text',
  digest: 'abcd',
}
const confirmation: ConfirmationRequest = { kind: 'confirmation', step, reason: 'it is published', word: 'token 1' }
const never = new AbortController().signal
const alive = (): Promise<void> => Promise.resolve()

function environment(kind: Environment['kind']): Environment {
  // no more of it is read
  return { name: 'lab', kind, approvers: new Map([['key-custodian', ['alice', 'bob']]]) } as unknown as Environment
}

function terminal(...answers: string[]): Terminal & { readonly shown: string[] } {
  const shown: string[] = []
  const ask = (): Promise<string | undefined> => Promise.resolve(answers.shift())
  return { shown, show: (text) => shown.push(text), ask, askHidden: ask }
}

it('takes as many approvals as are wanted, each of another person', async () => {
  const typed = terminal('mallory', 'alice', 'approve', 'alice', 'bob', 'approve')
  const answer = await peopleAtTerminal(environment('sandbox'), typed, alive).answer(approval, never)
  expect(answer).toEqual({ digest: 'abcd', by: ['alice', 'bob'], how: 'unsigned' })
  expect(typed.shown[0]).toContain('the text')
})

it('stops when one of them rejects', async () => {
  const people = peopleAtTerminal(environment('sandbox'), terminal('alice', 'no'), alive)
  await expect(people.answer(approval, never)).rejects.toMatchObject({
    reason: 'approval',
    message: '`alice` rejected it',
  })
})

it('takes no unsigned approval outside of a sandbox', async () => {
  const people = peopleAtTerminal(environment('production'), terminal('alice', 'approve', 'bob', 'approve'), alive)
  await expect(people.answer(approval, never)).rejects.toMatchObject({ reason: 'approval' })
})

it('takes none when the sandbox does not answer', async () => {
  const people = peopleAtTerminal(environment('sandbox'), terminal(), () => Promise.reject(new Error('nobody answers')))
  await expect(people.answer(approval, never)).rejects.toThrow('nobody answers')
})

it('names the digest where nobody can be asked', async () => {
  const people = peopleAtTerminal(environment('sandbox'), undefined, alive)
  await expect(people.answer(approval, never)).rejects.toThrow(
    "the text's SHA-256 is abcd; there is no terminal to ask at",
  )
})

it('passes on what was typed at a point of no return, in any environment', async () => {
  const people = peopleAtTerminal(environment('production'), terminal('token 1'), alive)
  expect(await people.answer(confirmation, never)).toBe('token 1')
})
