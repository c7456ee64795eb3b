import { describe, expect, it } from 'vitest'
import type { Environment } from '../../../../engine/document/environment.ts'
import type { ApprovalRequest } from '../../../../engine/run/person-request.ts'
import { approveAll } from '../../../../engine/sandbox/approve-all.ts'
import { loadSite } from '../../../crash/toys/site.ts'
import { startControl } from './control.ts'

const step = { id: 'a', number: '1', title: 'A' }
const approval = (count: number): ApprovalRequest => ({
  ...{ kind: 'approval', step, key: 'step/a/approval/0', role: 'custodian', count, text: 't', digest: 'd' },
  ...{ given: [], expiresMs: 1000, operators: ['operator'] },
})
const runbook = {
  name: 'toy',
  bindings: new Map([['world', { kind: 'toy-world', description: '', madeBy: undefined, span: { start: 0, end: 0 } }]]),
}

async function environment(sandbox: Environment['sandbox']): Promise<Environment> {
  const site = await loadSite('w1')
  return { ...site, kind: 'sandbox', sandbox, approvers: new Map([['custodian', ['alice', 'bob']]]) }
}

describe('approving all', () => {
  it('answers with the approvers of the environment, and with the word, in a live sandbox', async () => {
    await using control = await startControl({ world: 'toy world w1' })
    const people = await approveAll(await environment(control.reference), runbook)
    const { signal } = new AbortController()
    expect(await people.answer(approval(2), signal, 'r1')).toEqual({
      ...{ decision: 'approve', digest: 'd', by: 'alice', how: 'unsigned' },
    })
    const second = { ...approval(2), given: ['alice'] }
    expect(await people.answer(second, signal, 'r1')).toMatchObject({ by: 'bob' })
    const operated = { ...approval(2), operators: ['bob'] }
    await expect(people.answer(operated, signal, 'r1')).rejects.toMatchObject({ reason: 'approval' })
    expect(await people.answer({ kind: 'confirmation', step, reason: 'r', word: 'w' }, signal, 'r1')).toBe('w')
    await expect(people.answer(approval(3), signal, 'r1')).rejects.toMatchObject({ reason: 'approval', step })
  })

  it('is refused outside of a sandbox', async () => {
    await expect(approveAll(await environment(undefined), runbook)).rejects.toMatchObject({ reason: 'approval' })
  })

  it('is refused when the sandbox does not answer, from the beginning or later', async () => {
    const control = await startControl({ world: 'toy world w1' })
    const people = await approveAll(await environment(control.reference), runbook)
    await control[Symbol.asyncDispose]()
    await expect(people.answer(approval(1), new AbortController().signal, 'r1')).rejects.toMatchObject({
      reason: 'sandbox',
    })
    await expect(
      approveAll(await environment(control.reference), { ...runbook, bindings: new Map() }),
    ).rejects.toMatchObject({ reason: 'sandbox' })
  })

  it('is refused for a binding that this sandbox did not make', async () => {
    for (const claims of [{}, { world: 'toy world production' }]) {
      await using control = await startControl(claims)
      const ask = async () => {
        const people = await approveAll(await environment(control.reference), runbook)
        return people.answer(approval(1), new AbortController().signal, 'r1')
      }
      await expect(ask()).rejects.toMatchObject({
        reason: 'approval',
        message: expect.stringContaining('`world` is not of the sandbox'),
      })
    }
  })
})
