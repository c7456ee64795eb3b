import { cp, readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Value } from 'typebox/value'
import { httpSiteBinding } from '../../../../steps/http/binding.ts'
import { send } from '../../../../steps/http/send.ts'
import { httpSimulator } from '../../../../steps/http/simulator/http-simulator.ts'
import { openContext, sampleCrl, siteWorld, type SiteWorld } from './site-world.ts'

const { signal } = new AbortController()
const type = 'application/pkix-crl'
const [first, second] = [sampleCrl(1).der, sampleCrl(2).der]
let world: SiteWorld

beforeEach(async () => {
  world = await siteWorld()
})
afterEach(() => world.close())

describe('the simulated web server', () => {
  it('gives back what was put, and writes a line for each change', async () => {
    const site = await world.site()
    expect(await site.get('root.crl', signal)).toBeUndefined()
    await site.put('root.crl', first, type, signal)
    await site.put('root.crl', first, type, signal)
    await site.put('root.crl', second, type, signal)
    expect(await site.look('root.crl', signal)).toMatchObject({ contentType: type, bytes: Buffer.from(second) })
    await site.remove('root.crl', signal)
    await site.remove('root.crl', signal)
    expect(await site.get('root.crl', signal)).toBeUndefined()
    expect(world.ledger).toEqual(['PUT /site/root.crl', 'PUT /site/root.crl', 'DELETE /site/root.crl'])
  })

  it('is the same world after a restart: address, files and ledger', async () => {
    const site = await world.site()
    await site.put('root.crl', first, type, signal)
    await site.put('gone.crl', first, type, signal)
    await site.remove('gone.crl', signal)
    await world.restart()
    const again = await world.site()
    expect(again.baseUrl).toBe(site.baseUrl)
    expect(await again.get('root.crl', signal)).toEqual(Buffer.from(first))
    expect(await again.get('gone.crl', signal)).toBeUndefined()
    expect(world.ledger.length).toBe(3)
  })

  it('makes up for a ledger line that was lost with the power', async () => {
    const site = await world.site()
    await site.put('root.crl', first, type, signal)
    expect(await readdir(join(world.folder, 'world', 'changes'))).toEqual(['00000001'])
    // a ledger that knows nothing of what the folder holds
    const folder = join(world.folder, 'copy')
    await cp(join(world.folder, 'world', 'changes'), join(folder, 'changes'), { recursive: true })
    const lines: string[] = []
    const running = await httpSimulator.start({
      folder,
      tokenFolder: join(folder, 'tokens'),
      clock: { now: Date.now, advanceTo: () => undefined },
      ledger: { commit: ({ id, resource }) => void lines.push(`${id} ${resource}`) },
      faults: { take: () => undefined },
    })
    await running.stop()
    expect(lines).toEqual(['http-1 /site/root.crl'])
  })

  it('holds to conditions', async () => {
    const site = await world.site()
    await site.put('root.crl', first, type, signal, { kind: 'absent' })
    const seen = await site.look('root.crl', signal)
    if (seen === undefined) throw new Error('it was put')
    await expect(site.put('root.crl', second, type, signal, { kind: 'absent' })).rejects.toMatchObject({
      code: 'conflict',
    })
    await site.put('root.crl', second, type, signal, { kind: 'unchanged', since: seen })
    await expect(site.remove('root.crl', signal, { kind: 'unchanged', since: seen })).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(await site.get('root.crl', signal)).toEqual(Buffer.from(second))
  })

  it("gives an entry that fits the binding kind, or another simulator's address on loopback", async () => {
    expect(Value.Check(httpSiteBinding.config, await world.entry({ authorization: true }))).toBe(true)
    expect(await world.entry({ url: 'http://127.0.0.1:9/crl/' })).toEqual({ url: 'http://127.0.0.1:9/crl/' })
    await expect(world.entry({ url: 'http://pki.example/' })).rejects.toThrow('on loopback')
  })
})

describe('the client', () => {
  it('sends a request that was reset once', async () => {
    const site = await world.site()
    world.asked.length = 0
    for (const fault of ['reset-before', 'reset-after'] as const) {
      world.faults.set('PUT', fault)
      await expect(site.put('root.crl', first, type, signal)).rejects.toMatchObject({
        code: 'transient',
        outcomeUnknown: true,
      })
    }
    world.faults.set('GET', 'reset-before')
    await expect(site.get('root.crl', signal)).rejects.toMatchObject({ code: 'transient', outcomeUnknown: false })
    expect(world.asked).toEqual(['PUT', 'PUT', 'GET'])
  })

  it('says that nothing happened when nobody listens', async () => {
    const url = new URL(`http://127.0.0.1:${await freePort()}/x`)
    await expect(send({ method: 'PUT', url, body: first, signal })).rejects.toMatchObject({
      code: 'transient',
      outcomeUnknown: false,
    })
  })

  it('stops waiting when asked, and does not know what became of a change', async () => {
    const site = await world.site()
    const stop = new AbortController()
    world.faults.set('PUT', 'hang')
    const work = site.put('root.crl', first, type, stop.signal)
    const ended = expect(work).rejects.toMatchObject({ code: 'cancelled', outcomeUnknown: true })
    await until(() => world.asked.includes('PUT'))
    stop.abort()
    await ended
  })

  it('does not wait for ever', async () => {
    const url = new URL('root.crl', (await world.site()).baseUrl)
    world.faults.set('GET', 'hang')
    await expect(send({ method: 'GET', url, signal, timeoutMs: 20 })).rejects.toMatchObject({ code: 'timeout' })
  })

  it('refuses places beyond its site', async () => {
    const site = await world.site()
    for (const place of [
      '../other/root.crl',
      '/root.crl',
      '%2e%2e/x',
      'http://127.0.0.2/site/x',
      '//elsewhere/x',
      '',
      '.',
    ])
      await expect(site.get(place, signal), place).rejects.toMatchObject({ code: 'invalid' })
    expect(await site.get(`${site.baseUrl}root.crl`, signal)).toBeUndefined()
  })
})

describe('the binding', () => {
  const open = (entry: { url: string; authorization?: string }, sandbox = true) =>
    httpSiteBinding.open(entry, openContext({ sandbox }))

  it('publishes with a token that only the right one has', async () => {
    const entry = await world.entry({ authorization: true })
    const { capability: stranger } = await open({ url: entry.url })
    await expect(stranger.put('root.crl', first, type, signal)).rejects.toMatchObject({
      code: 'denied',
      facts: { status: 401 },
    })
    const { capability } = await open(entry)
    await capability.put('root.crl', first, type, signal)
    // those who rely on it have no token
    expect(await stranger.get('root.crl', signal)).toEqual(Buffer.from(first))
  })

  it('names a refused token `authentication`', async () => {
    const entry = await world.entry({ authorization: true })
    const wrong = { ...entry, authorization: `file:${join(world.folder, 'world', 'port')}` }
    await expect(open(wrong)).rejects.toMatchObject({ code: 'authentication' })
  })

  it('reaches nothing but loopback in a sandbox', async () => {
    for (const url of [
      'http://pki.example/',
      'http://localhost:8080/',
      'https://10.0.0.1/',
      'http://127.0.0.1.example/',
    ])
      await expect(open({ url }), url).rejects.toMatchObject({ code: 'invalid' })
  })

  it('sends no token in the clear, and takes none from an address', async () => {
    await expect(open({ url: 'http://pki.example/', authorization: 'file:/nowhere' }, false)).rejects.toMatchObject({
      code: 'invalid',
    })
    const failure: unknown = await open({ url: 'https://user:hunter2@pki.example/' }, false).catch(
      (error: unknown) => error,
    )
    expect(failure).toMatchObject({ code: 'invalid' })
    expect(String(failure)).not.toContain('hunter2')
  })

  it('claims the address with its slash', () => {
    expect(httpSiteBinding.claims({ url: 'https://pki.example/crl' })).toBe('site https://pki.example/crl/')
  })

  it('notices when the server is gone', async () => {
    const opened = await open(await world.entry())
    await opened.verify()
    world.faults.set('HEAD', 'fail')
    await expect(opened.verify()).rejects.toMatchObject({ code: 'transient' })
  })
})

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}
