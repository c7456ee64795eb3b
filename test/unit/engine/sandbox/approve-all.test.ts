import { describe, expect, it } from 'vitest'
import type { Environment } from '../../../../engine/document/environment.ts'
import { approveAll } from '../../../../engine/sandbox/approve-all.ts'
import { loadSite } from '../../../crash/toys/site.ts'
import { startControl } from './control.ts'

const step = { id: 'a', number: '1', title: 'A' }
const approval = (count: number) =>
  ({ kind: 'approval', step, role: 'custodian', count, text: 't', digest: 'd' }) as const

async function environment(sandbox: Environment['sandbox']): Promise<Environment> {
  const site = await loadSite('w1')
  return { ...site, kind: 'sandbox', sandbox, approvers: new Map([['custodian', ['alice', 'bob']]]) }
}

describe('approving all', () => {
  it('answers with the approvers of the environment, and with the word, in a live sandbox', async () => {
    await using control = await startControl({ world: 'toy world w1' })
    const people = await approveAll(await environment(control.reference), ['world'])
    const { signal } = new AbortController()
    expect(await people.answer(approval(2), signal)).toEqual({ digest: 'd', by: ['alice', 'bob'], how: 'unsigned' })
    expect(await people.answer({ kind: 'confirmation', step, reason: 'r', word: 'w' }, signal)).toBe('w')
    await expect(people.answer(approval(3), signal)).rejects.toMatchObject({ reason: 'approval', step })
  })

  it('is refused outside of a sandbox', async () => {
    await expect(approveAll(await environment(undefined), ['world'])).rejects.toMatchObject({ reason: 'approval' })
  })

  it('is refused when the sandbox does not answer, from the beginning or later', async () => {
    const control = await startControl({ world: 'toy world w1' })
    const people = await approveAll(await environment(control.reference), ['world'])
    await control[Symbol.asyncDispose]()
    await expect(people.answer(approval(1), new AbortController().signal)).rejects.toMatchObject({ reason: 'sandbox' })
    await expect(approveAll(await environment(control.reference), [])).rejects.toMatchObject({ reason: 'sandbox' })
  })

  it('is refused for a binding that this sandbox did not make', async () => {
    for (const claims of [{}, { world: 'toy world production' }]) {
      await using control = await startControl(claims)
      const ask = async () => {
        const people = await approveAll(await environment(control.reference), ['world'])
        return people.answer(approval(1), new AbortController().signal)
      }
      await expect(ask()).rejects.toMatchObject({
        reason: 'approval',
        message: expect.stringContaining('`world` is not of the sandbox'),
      })
    }
  })
})
