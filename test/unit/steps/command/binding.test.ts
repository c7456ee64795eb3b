import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Value } from 'typebox/value'
import { hostBinding } from '../../../../steps/command/binding.ts'
import { hostSimulator } from '../../../../steps/command/simulator.ts'

let base = ''

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'runbook-host-'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

function open(folder: string | undefined, sandbox: boolean) {
  return hostBinding.open(
    { transport: 'local', ...(folder === undefined ? {} : { folder }) },
    {
      name: 'workstation',
      runId: undefined,
      baseFolder: base,
      sandbox,
      signal: new AbortController().signal,
      login: () => Promise.reject(new Error('this machine needs no credential')),
    },
  )
}

describe('the host binding', () => {
  it('opens what its simulator makes, with a home of the sandbox', async () => {
    const running = await hostSimulator.start({
      folder: join(base, 'world'),
      tokenFolder: join(base, 'tokens'),
      clock: { now: Date.now, advanceTo: () => undefined },
      ledger: { commit: () => undefined },
      faults: { take: () => undefined },
    })
    const { entry } = await running.binding('workstation', {})
    expect(Value.Check(hostBinding.config, entry)).toBe(true)
    const { folder } = Value.Parse(hostBinding.config, entry)
    const { capability } = await open(folder, true)
    const { stdout } = await capability.exec(['sh', '-c', 'echo $HOME'], { signal: new AbortController().signal })
    expect(stdout.trim()).toBe(folder)
  })

  it('wants a folder in a sandbox, as the home of the user is not its own', async () => {
    await expect(open(undefined, true)).rejects.toMatchObject({ code: 'invalid' })
    expect((await open(undefined, false)).facts['folder']).toBe(base)
  })

  it('names a folder that is not there', async () => {
    await expect(open('none', false)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('notices when its folder is gone', async () => {
    const opened = await open('.', false)
    await opened.verify()
    rmSync(base, { recursive: true })
    await expect(opened.verify()).rejects.toMatchObject({ code: 'not-found' })
  })
})
