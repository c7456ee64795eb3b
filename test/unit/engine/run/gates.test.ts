import { describe, expect, it } from 'vitest'
import type { PersonRequest } from '../../../../engine/run/person-request.ts'
import { newStage, play } from '../../../crash/play.ts'
import { agree } from '../../../crash/virtual-host.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'

const steps = `
  - { id: key, uses: toy.make-key-pair, target: world, with: { label: root } }
  - id: first
    uses: toy.reserve-name
    target: world
    with: { name: "\${{ steps.key.outputs.keyId }}" }
    approval: { role: key-custodian, count: 2 }
  - { id: hsm, uses: toy.create-hsm, target: world, with: { address: a } }
  - { id: second, uses: toy.reserve-name, target: world, with: { name: "\${{ steps.hsm.outputs.hsmId }}" } }
  - { id: third, uses: toy.reserve-name, target: world, with: { name: hidden }, pointOfNoReturn: No way back }
`

const approvals = (asked: readonly PersonRequest[]) => asked.flatMap((each) => (each.kind === 'approval' ? [each] : []))

describe('an approval', () => {
  it('guards a step that only looks as well, and is asked for before it looks', async () => {
    const look =
      '  - { id: look, uses: toy.look-at, target: world, with: { name: s }, approval: { role: witness, count: 1 } }'
    const stage = newStage()
    const asked: number[] = []
    stage.world.onRequest = (operation) => {
      if (operation === 'GetSetting')
        asked.push(stage.machine.value('step/look/approval/0/given/0') === undefined ? 0 : 1)
    }
    const { host } = await play(await loadToy(look), stage)
    expect(approvals(host.asked)).toHaveLength(1)
    expect(asked).toEqual([1])
  })

  it('shows the inputs of every step up to the next gate, names what is not known, and shows nothing behind it', async () => {
    const { host } = await play(await loadToy(steps), newStage())
    const [request] = approvals(host.asked)
    expect(request?.text).toContain('2 first (toy.reserve-name)')
    expect(request?.text).toMatch(/name: 20261122-130000-aaaaa\.\w{10}\n/)
    expect(request?.text).toContain('target  toy world')
    expect(request?.text).toContain('name: (known after `hsm`)')
    expect(request?.text).not.toContain('hidden')
    const both = steps.replace('count: 2 }', 'count: 2 }\n    pointOfNoReturn: It is public')
    const { host: other } = await play(await loadToy(both), newStage())
    expect(approvals(other.asked)[0]?.text).toContain('there is no way back behind it: It is public')
    expect(request?.digest).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is void when the text changes, and asked for anew', async () => {
    const runbook = await loadToy(steps)
    const stage = newStage()
    const { host } = await play(runbook, stage)
    const given = host.points.indexOf('after record step/first/approval/0/given/1')
    const again = newStage()
    await play(runbook, again, { crashAt: given })
    const other = await play(runbook, again, { environment: 'elsewhere' })
    expect(approvals(other.host.asked)).toHaveLength(2)
    expect(approvals(other.host.asked)[0]?.text).toContain('elsewhere')
    expect(again.machine.value('step/first/approval/1/given/1')).toBeDefined()
    expect(other.how).toBe('done')
  })

  it('is refused when one person gives it twice, the operator gives it, or another text was approved', async () => {
    for (const change of [{ by: 'alice' }, { by: 'operator' }, { digest: 'f'.repeat(64) }]) {
      const stage = newStage()
      const ending = await play(await loadToy(steps), stage, {
        answer: (request) => ({ ...(agree(request) as object), ...change }),
      })
      expect(ending).toMatchObject({ error: { reason: 'approval', step: { id: 'first' } } })
      expect(stage.world.ledger).toEqual(['GenerateKeyPair root'])
    }
  })

  it('keeps each word as it is given, so that a crash between two asks only for the second', async () => {
    const runbook = await loadToy(steps)
    const stage = newStage()
    const { host } = await play(runbook, stage)
    const again = newStage()
    await play(runbook, again, { crashAt: host.points.indexOf('after record step/first/approval/0/given/0') })
    const second = await play(runbook, again)
    expect(approvals(second.host.asked).map(({ given }) => given)).toEqual([['alice']])
    expect(second.how).toBe('done')
  })

  it('is rejected with a reason that is kept, and asked for anew when the run goes on', async () => {
    const runbook = await loadToy(steps)
    const stage = newStage()
    const rejected = await play(runbook, stage, {
      answer: (request) =>
        request.kind === 'approval'
          ? { decision: 'reject', by: 'bob', digest: request.digest, how: 'unsigned', reason: 'wrong label' }
          : agree(request),
    })
    expect(rejected).toMatchObject({ error: { reason: 'approval', message: '`bob` rejected it: wrong label' } })
    expect(stage.machine.value('step/first/approval/0/rejected')).toMatchObject({ by: 'bob', reason: 'wrong label' })
    expect((await play(runbook, stage)).how).toBe('done')
    expect(stage.machine.value('step/first/approval/1/given/1')).toBeDefined()
  })

  it('is asked for anew when what was given is too old', async () => {
    const runbook = await loadToy(steps.replace('count: 2 }', 'count: 2, expires: 1h }'))
    const stage = newStage()
    const { host } = await play(runbook, stage)
    const again = newStage()
    await play(runbook, again, { crashAt: host.points.indexOf('before record step/first/started') })
    again.machine.now += 60 * 60_000
    const late = await play(runbook, again)
    expect(approvals(late.host.asked)).toHaveLength(2)
    expect(late.how).toBe('done')
  })

  it('is followed by a second look, since it may have taken hours', async () => {
    const stage = newStage()
    const ending = await play(await loadToy(steps), stage, {
      answer: (request) => {
        if (request.kind !== 'approval') return agree(request)
        const key = stage.machine.value('step/key/succeeded') as { readonly outputs: { readonly keyId: string } }
        stage.world.names.set(key.outputs.keyId, 'other.x') // while people talked
        return agree(request)
      },
    })
    expect(ending).toMatchObject({ error: { reason: 'refused' } })
    expect(stage.machine.value('step/first/started')).toBeUndefined()
  })
})

describe('a point of no return', () => {
  it('is passed with what the target claims to be, and with nothing else', async () => {
    const stage = newStage()
    const runbook = await loadToy(steps)
    const answer = (request: PersonRequest) => (request.kind === 'approval' ? agree(request) : 'yes')
    expect(await play(runbook, stage, { answer })).toMatchObject({
      error: { reason: 'confirmation', step: { id: 'third' } },
    })
    expect(stage.world.ledger).not.toContain('ReserveName hidden')
    const { how, host } = await play(runbook, stage)
    expect(how).toBe('done')
    expect(host.asked).toMatchObject([{ kind: 'confirmation', word: 'toy world', reason: 'No way back' }])
  })
})
