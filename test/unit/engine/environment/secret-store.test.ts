import { mkdtemp, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Environment } from '../../../../engine/document/environment.ts'
import { localSecretFiles, type SecretFiles } from '../../../../engine/environment/secret-file-store.ts'
import { openSecretStore } from '../../../../engine/environment/secret-store.ts'
import { redactor } from '../../../../engine/redaction/redactor.ts'
import { keptSecrets } from './kept-secrets.ts'

let folder: string
let made: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runbook-store-'))
  made = []
})

afterEach(() => rm(folder, { recursive: true }))

/** Another value each time. */
function make(): string {
  made.push(`made-value-${made.length + 1}-${folder.slice(-6)}`)
  return made.at(-1) ?? ''
}

const kept = keptSecrets(new Map([['taken', 'x']]))

function storeOf(effectId = 'k3x9.aaaaaa', files: SecretFiles = localSecretFiles) {
  // of an environment, the store looks at these alone
  const environment = {
    source: { path: join(folder, 'site.yaml'), text: '', sha256: '' },
    secretSources: new Map([['kept', kept.source]]),
  } as unknown as Environment
  const opened = new Map([['host', { capability: {}, facts: {}, verify: async () => {}, close: async () => {} }]])
  return openSecretStore({ environment, opened, signal: new AbortController().signal, files })(effectId)
}

describe('a secret that a step makes', () => {
  it('is stored in a file of its own, that nobody else can read, before it is given back', async () => {
    const secret = await storeOf().create('file:pin', make)
    expect(await readFile(join(folder, 'pin'), 'utf8')).toBe(secret.reveal())
    expect((await stat(join(folder, 'pin'))).mode & 0o777).toBe(0o600)
    expect(secret.reference).toBe('file:pin')
    expect(redactor.text(secret.reveal())).toBe('[secret file:pin]')
  })

  it('is the same one for the same effect, ever after', async () => {
    const first = await storeOf().create('file:pin', make)
    expect((await storeOf().create('file:pin', make)).reveal()).toBe(first.reveal())
    await unlink(join(folder, 'pin')) // a person tidied up
    expect((await storeOf().create('file:pin', make)).reveal()).toBe(first.reveal())
    expect(made).toHaveLength(1)
  })

  it('never replaces what somebody else put there, and is not even made', async () => {
    await writeFile(join(folder, 'pin'), 'theirs', { mode: 0o600 })
    await expect(storeOf().create('file:pin', make)).rejects.toMatchObject({ code: 'conflict' })
    await rm(join(folder, 'pin'))
    await storeOf('k3x9.other').create('file:pin', () => 'of another effect')
    await expect(storeOf().create('file:pin', make)).rejects.toMatchObject({ code: 'conflict' })
    expect(await readFile(join(folder, 'pin'), 'utf8')).toBe('of another effect')
    expect(made).toEqual([])
  })

  it('is a conflict when its file was replaced since', async () => {
    await storeOf().create('file:pin', make)
    await unlink(join(folder, 'pin'))
    await writeFile(join(folder, 'pin'), 'theirs', { mode: 0o600 })
    await expect(storeOf().create('file:pin', make)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('has no file in a folder that is not there', async () => {
    await expect(storeOf().create('file:missing/pin', make)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('has to be what a file gives back', async () => {
    for (const value of ['', 'ends in a line feed\n'])
      await expect(storeOf().create('file:pin', () => value)).rejects.toMatchObject({ code: 'bug' })
    expect(await readdir(folder)).toEqual([])
  })

  it.each(['env:X', 'prompt', 'hunter2'])('cannot be stored at %s', async (reference) => {
    await expect(storeOf().create(reference, make)).rejects.toMatchObject({ code: 'invalid' })
    expect(made).toEqual([])
  })

  it('is stored by a source that can write', async () => {
    const secret = await storeOf().create('kept:host/pin', make)
    expect((await storeOf().create('kept:host/pin', make)).reveal()).toBe(secret.reveal())
    await expect(storeOf().create('kept:host/taken', make)).rejects.toMatchObject({ code: 'conflict' })
    expect(kept.madeBy.get('pin')).toBe('k3x9.aaaaaa')
    expect(made).toHaveLength(1)
  })
})

describe('when the power goes', () => {
  const lost = new Error('power lost')

  /** Loses power before or after the N-th operation that changes the file system; a link that was not synced may be gone, too. */
  function failing(at: number, when: 'before' | 'after', dropsLinks: boolean): SecretFiles {
    let count = 0
    const links: string[] = []
    const changing = async <R>(run: () => Promise<R>): Promise<R> => {
      count += 1
      if (count === at && when === 'before') throw await powerLoss()
      const result = await run()
      if (count === at) throw await powerLoss()
      return result
    }
    const powerLoss = async (): Promise<Error> => {
      if (dropsLinks) for (const link of links) await unlink(link)
      return lost
    }
    return {
      ...localSecretFiles,
      createDurably: (path, bytes) => changing(() => localSecretFiles.createDurably(path, bytes)),
      link: (path, second) =>
        changing(async () => {
          const result = await localSecretFiles.link(path, second)
          if (result === 'linked') links.push(second)
          return result
        }),
      syncFolder: (path) =>
        changing(async () => {
          await localSecretFiles.syncFolder(path)
          links.length = 0
        }),
    }
  }

  const points = [1, 2, 3, 4, 5].flatMap((at) =>
    (['before', 'after'] as const).flatMap((when) => [true, false].map((dropsLinks) => ({ at, when, dropsLinks }))),
  )

  it.each(points)(
    '$when operation $at, there is one secret in the end ($dropsLinks)',
    async ({ at, when, dropsLinks }) => {
      const first = storeOf(undefined, failing(at, when, dropsLinks))
      // the secret may have been used only when it was given back
      await expect(first.create('file:pin', make)).rejects.toThrow()
      const before = await readdir(folder)
      const secret = await storeOf().create('file:pin', make)
      expect(await readFile(join(folder, 'pin'), 'utf8')).toBe(secret.reveal())
      expect(secret.reveal()).toBe(before.length === 0 ? made[1] : made[0])
      expect((await readdir(folder)).toSorted()).toEqual(['pin', 'pin.made-by-k3x9.aaaaaa'])
    },
  )

  it('between any two operations, was at each of them', async () => {
    await expect(storeOf(undefined, failing(6, 'before', true)).create('file:pin', make)).resolves.toBeDefined()
  })
})
