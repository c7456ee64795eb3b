import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openBindings } from '../../../../engine/environment/open-bindings.ts'
import { RefusedLogins } from '../../../../engine/environment/refused-logins.ts'
import { openableDoors, type Porter } from './doors.ts'

let folder: string
let porter: Porter

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runbook-bindings-'))
  porter = { log: [], pin: 'right', jammed: new Set(), asks: 1 }
  process.env['RUNBOOK_TEST_PIN'] = 'right'
  process.env['RUNBOOK_TEST_OTHER'] = 'wrong'
})

afterEach(async () => {
  delete process.env['RUNBOOK_TEST_PIN']
  delete process.env['RUNBOOK_TEST_OTHER']
  await rm(folder, { recursive: true })
})

const door = (name: string, device = name, pin = 'env:RUNBOOK_TEST_PIN') =>
  `  ${name}: { kind: door, device: ${device}, pin: "${pin}" }\n`

async function open(entries: string, { names = ['a'], credentialChanged = [] as string[], typed = 'wrong' } = {}) {
  return openBindings(await openableDoors(porter, entries), names, {
    refusedLogins: new RefusedLogins(folder),
    ask: () => Promise.resolve(typed),
    credentialChanged,
    runId: undefined,
    sandbox: false,
    signal: new AbortController().signal,
  })
}

const refused = { name: 'BindingError', error: { code: 'authentication' } }

describe('opening bindings', () => {
  it('opens one after the other and closes them in the other direction', async () => {
    {
      await using bindings = await open(door('a') + door('b'), { names: ['a', 'b'] })
      expect([...bindings.opened.keys()]).toEqual(['a', 'b'])
    }
    expect(porter.log).toEqual(['try a right', 'open a', 'try b right', 'open b', 'close b', 'close a'])
  })

  it('opens first what a secret comes through, also when nobody else needs it', async () => {
    const entries = door('a', 'a', 'kept:b/right') + door('b', 'b', 'kept:c/right') + door('c')
    await using bindings = await open(entries)
    expect([...bindings.opened.keys()]).toEqual(['c', 'b', 'a'])
    expect(porter.log.filter((line) => line.startsWith('open'))).toEqual(['open c', 'open b', 'open a'])
  })

  it('closes those that are open when a later one fails, also when one of them jams', async () => {
    porter.jammed.add('b')
    const entries = door('a') + door('b') + door('c', 'c', 'env:RUNBOOK_TEST_OTHER')
    await expect(open(entries, { names: ['a', 'b', 'c'] })).rejects.toMatchObject({ ...refused, binding: 'c' })
    expect(porter.log.slice(-2)).toEqual(['close b', 'close a'])
  })

  it('closes the others when one jams at the end, and says so', async () => {
    porter.jammed.add('b')
    const bindings = await open(door('a') + door('b'), { names: ['a', 'b'] })
    await expect(bindings[Symbol.asyncDispose]()).rejects.toThrow('jammed')
    expect(porter.log.slice(-2)).toEqual(['close b', 'close a'])
  })
})

it('is cancelled, and no bug, when a stop comes while a secret is being typed', async () => {
  const stop = new AbortController()
  const opening = openBindings(await openableDoors(porter, door('a', 'token', 'prompt')), ['a'], {
    refusedLogins: new RefusedLogins(folder),
    ask: () => {
      stop.abort()
      return Promise.reject(stop.signal.reason as Error) // a DOMException, which is an Error
    },
    credentialChanged: [],
    runId: undefined,
    sandbox: false,
    signal: stop.signal,
  })
  await expect(opening).rejects.toMatchObject({ name: 'BindingError', error: { code: 'cancelled' } })
  expect(porter.log).toEqual([])
})

describe('a credential that was refused', () => {
  const wrong = door('a', 'token', 'env:RUNBOOK_TEST_OTHER')

  it('is not tried again by any later process', async () => {
    await expect(open(wrong)).rejects.toMatchObject(refused)
    for (let n = 0; n < 3; n += 1)
      await expect(open(wrong)).rejects.toMatchObject({
        error: { code: 'authentication', hint: expect.stringContaining('--credential-changed a') },
      })
    expect(porter.log).toEqual(['try token wrong'])
  })

  it('is not tried at the same device through another binding', async () => {
    await expect(open(wrong)).rejects.toMatchObject(refused)
    const other = door('b', 'token', 'env:RUNBOOK_TEST_OTHER')
    await expect(open(other, { names: ['b'] })).rejects.toMatchObject(refused)
    expect(porter.log).toEqual(['try token wrong'])
  })

  it('leaves other devices and references alone', async () => {
    await expect(open(wrong)).rejects.toMatchObject(refused)
    await expect(open(door('a', 'another', 'env:RUNBOOK_TEST_OTHER'))).rejects.toMatchObject(refused)
    await (await open(door('a', 'token')))[Symbol.asyncDispose]()
    expect(porter.log.slice(0, 3)).toEqual(['try token wrong', 'try another wrong', 'try token right'])
  })

  it('is tried once more when a person says that it changed, however often it is asked for', async () => {
    await expect(open(wrong)).rejects.toMatchObject(refused)
    porter.asks = 3
    await expect(open(wrong, { credentialChanged: ['a'] })).rejects.toMatchObject(refused)
    expect(porter.log).toEqual(['try token wrong', 'try token wrong'])
    porter.pin = 'wrong'
    await expect(open(wrong)).rejects.toMatchObject(refused)
    await expect(open(wrong, { credentialChanged: ['other'] })).rejects.toMatchObject(refused)
    await (await open(wrong, { credentialChanged: ['a'] }))[Symbol.asyncDispose]()
    await (await open(wrong))[Symbol.asyncDispose]()
  })

  it('is asked for again where it was typed', async () => {
    await expect(open(door('a', 'token', 'prompt'))).rejects.toMatchObject(refused)
    await (await open(door('a', 'token', 'prompt'), { typed: 'right' }))[Symbol.asyncDispose]()
    expect(porter.log.slice(0, 2)).toEqual(['try token wrong', 'try token right'])
  })

  it('is not remembered for another failure', async () => {
    delete process.env['RUNBOOK_TEST_PIN']
    await expect(open(door('a'))).rejects.toMatchObject({ error: { code: 'not-found' } })
    process.env['RUNBOOK_TEST_PIN'] = 'right'
    await (await open(door('a')))[Symbol.asyncDispose]()
  })

  it('leaves no secret in the state folder', async () => {
    await expect(open(wrong)).rejects.toMatchObject(refused)
    const [name = ''] = await readdir(join(folder, 'refused-logins'))
    const text = await readFile(join(folder, 'refused-logins', name), 'utf8')
    expect(text).toContain('env:RUNBOOK_TEST_OTHER')
    expect(text).not.toContain('wrong')
  })
})
