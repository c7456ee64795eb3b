import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { advanceClock, readClock, shakeHands } from '../../../../engine/sandbox/control-client.ts'
import { startControl, startStranger } from './control.ts'

const refused = (why: string) => ({ name: 'NeedsPerson', reason: 'sandbox', message: expect.stringContaining(why) })

describe('a handshake', () => {
  it('gives what the bindings of the sandbox claim to be', async () => {
    await using control = await startControl({ aws: 'account 1' })
    expect(await shakeHands(control.reference)).toEqual({ claims: { aws: 'account 1' } })
  })

  it('fails with another token', async () => {
    await using control = await startControl()
    const other = { ...control.reference, token: 'theirs' }
    await expect(shakeHands(other)).rejects.toMatchObject(refused('somebody else'))
    await expect(readClock(other)).rejects.toMatchObject(refused('403'))
    await expect(advanceClock(other, 5_000)).rejects.toMatchObject(refused('403'))
    expect(await readClock(control.reference)).toBe(1_000)
  })

  it('fails when the sandbox does not run, and when it is not on this machine', async () => {
    const control = await startControl()
    await control[Symbol.asyncDispose]()
    await expect(shakeHands(control.reference)).rejects.toMatchObject(refused('nobody'))
    const elsewhere = { control: 'http://localhost:1', token: 'ours' }
    await expect(shakeHands(elsewhere)).rejects.toMatchObject(refused('127.0.0.1'))
  })

  it('fails when somebody else answers, whatever they say', async () => {
    const strangers: readonly (readonly [RequestListener, string])[] = [
      [(_, response) => response.end('{"proof":"","claims":{}}'), 'somebody else'],
      [(_, response) => response.end(`{"proof":"${'00'.repeat(32)}","claims":{}}`), 'somebody else'],
      [(_, response) => response.end('<html>'), 'somebody else'],
      [(_, response) => response.end('null'), 'somebody else'],
      [(_, response) => response.writeHead(404).end(), '404'],
      [(_, response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(), 'nobody'],
      [(request) => request.socket.destroy(), 'nobody'],
    ]
    for (const [answer, why] of strangers) {
      await using stranger = await startStranger(answer)
      await expect(shakeHands({ control: stranger.control, token: 'ours' })).rejects.toMatchObject(refused(why))
      await expect(readClock({ control: stranger.control, token: 'ours' })).rejects.toMatchObject({ reason: 'sandbox' })
    }
  })
})

describe('a control service', () => {
  it('moves its clock forward only, and to no time that is none', async () => {
    await using control = await startControl()
    expect(await advanceClock(control.reference, 9_000)).toBe(9_000)
    expect(await advanceClock(control.reference, 2_000)).toBe(9_000)
    await expect(advanceClock(control.reference, Number.NaN)).rejects.toMatchObject(refused('400'))
    expect(await readClock(control.reference)).toBe(9_000)
  })

  it('takes faults from its own environment alone', async () => {
    await using control = await startControl()
    const post = (token: string, add: unknown) =>
      fetch(`${control.reference.control}/faults`, {
        method: 'POST',
        headers: { 'x-runbook-sandbox': token },
        body: JSON.stringify({ add }),
      })
    expect((await post('theirs', 'aws.Get=deny')).status).toBe(403)
    expect((await post('ours', 'nonsense')).status).toBe(400)
    expect((await post('ours', 7)).status).toBe(400)
    expect(control.faults.take('aws', 'Get')).toBeUndefined()
    expect((await post('ours', 'aws.Get=deny')).status).toBe(200)
    expect(control.faults.take('aws', 'Get')).toBe('deny')
  })

  it('takes the port of last time where it is free, else another one', async () => {
    const first = await startControl()
    const { port } = first.server
    await using second = await startControl({}, port)
    expect(second.server.port).not.toBe(port)
    await first[Symbol.asyncDispose]()
    await using again = await startControl({}, port)
    expect(again.server.port).toBe(port)
  })
})
