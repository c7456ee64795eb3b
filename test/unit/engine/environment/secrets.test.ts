import { execFileSync } from 'node:child_process'
import { chmod, chown, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fetchSecret } from '../../../../engine/environment/secrets.ts'
import { redactor } from '../../../../engine/redaction/redactor.ts'
import { StepError } from '../../../../engine/step/errors.ts'
import { keptSecrets } from './kept-secrets.ts'

const nobody = () => Promise.resolve(undefined)
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runbook-secrets-'))
})

afterEach(async () => {
  delete process.env['RUNBOOK_TEST_PIN']
  await rm(folder, { recursive: true })
})

const fetched = (reference: string, ask = nobody as (question: string) => Promise<string | undefined>) =>
  fetchSecret(reference, 'cu at token 7', {
    baseFolder: folder,
    ask,
    sources: new Map([['kept', keptSecrets(new Map([['pin', 'kept-value']])).source]]),
    target: (name) => (name === 'host' ? ({} as never) : undefined), // the source does not look at it
    signal: new AbortController().signal,
  })

async function fileWith(content: string, mode: number): Promise<string> {
  await writeFile(join(folder, 'pin'), content)
  await chmod(join(folder, 'pin'), mode)
  return 'file:pin'
}

describe('a secret', () => {
  it('comes from a variable', async () => {
    process.env['RUNBOOK_TEST_PIN'] = '12 34 '
    const secret = await fetched('env:RUNBOOK_TEST_PIN')
    expect(secret.reveal()).toBe('12 34 ')
    expect(`${inspect(secret)} ${JSON.stringify({ secret })} ${secret.toString()}`).not.toContain('12 34')
  })

  it('is not found where the variable is not set, or empty', async () => {
    const refused = { code: 'not-found', message: 'cu at token 7: environment variable `RUNBOOK_TEST_PIN` is not set' }
    await expect(fetched('env:RUNBOOK_TEST_PIN')).rejects.toMatchObject(refused)
    process.env['RUNBOOK_TEST_PIN'] = ''
    await expect(fetched('env:RUNBOOK_TEST_PIN')).rejects.toMatchObject(refused)
  })

  it('comes from a file beside the environment, without one line feed at its end', async () => {
    for (const [content, value] of [
      ['1234', '1234'],
      ['1234\n', '1234'],
      ['1234\r\n', '1234'],
      ['1234\n\n', '1234\n'],
    ] as const)
      expect((await fetched(await fileWith(content, 0o600))).reveal()).toBe(value)
    expect((await fetched(`file:${join(folder, 'pin')}`)).reference).toBe(`file:${join(folder, 'pin')}`)
  })

  it('is denied where others can read the file, with the remedy', async () => {
    for (const mode of [0o640, 0o604, 0o644, 0o620])
      await expect(fetched(await fileWith('1234', mode))).rejects.toMatchObject({
        code: 'denied',
        message: expect.stringContaining(`mode ${mode.toString(8)}`),
        hint: `chmod 600 ${join(folder, 'pin')}`,
      })
  })

  it('is refused where the file is missing, a folder, or empty', async () => {
    await expect(fetched('file:missing')).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('ENOENT'),
    })
    await chmod(folder, 0o700)
    await expect(fetched('file:.')).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('is a folder'),
    })
    await expect(fetched(await fileWith('\n', 0o600))).rejects.toMatchObject({ code: 'invalid' })
  })

  it('is refused where the file is a link, a pipe, too large, or no text', async () => {
    await fileWith('1234', 0o600)
    await symlink(join(folder, 'pin'), join(folder, 'link'))
    await expect(fetched('file:link')).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringContaining('is a symbolic link'),
    })
    execFileSync('mkfifo', ['-m', '600', join(folder, 'pipe')])
    await expect(fetched('file:pipe')).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('pipe'),
    })
    await expect(fetched(await fileWith('x'.repeat(65_537), 0o600))).rejects.toMatchObject({ code: 'invalid' })
    await writeFile(join(folder, 'pin'), Uint8Array.of(0x31, 0xff))
    await expect(fetched('file:pin')).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('is not UTF-8'),
    })
  })

  it.skipIf(process.geteuid?.() !== 0)('is denied where the file belongs to another user', async () => {
    await fileWith('1234', 0o600)
    await chown(join(folder, 'pin'), 12_345, 12_345)
    await expect(fetched('file:pin')).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringContaining('belongs to another user'),
    })
  })

  it('is asked for, naming what it is for', async () => {
    let question = ''
    const secret = await fetched('prompt', (asked) => {
      question = asked
      return Promise.resolve('1234')
    })
    expect(secret.reveal()).toBe('1234')
    expect(question).toBe('cu at token 7')
  })

  it('is not tried where nothing was typed, or nobody can type', async () => {
    await expect(fetched('prompt', () => Promise.resolve(''))).rejects.toMatchObject({ code: 'invalid' })
    await expect(fetched('prompt')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is refused where the reference is none, without repeating what may be the secret', async () => {
    for (const text of ['hunter2', 'hunter:2', 'hunter:a/2']) {
      const error = await fetched(text).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: 'invalid' })
      if (StepError.is(error)) expect(`${error.message} ${error.hint}`).not.toContain('hunter')
    }
  })

  it('comes from a source, through a binding that is open', async () => {
    expect((await fetched('kept:host/pin')).reveal()).toBe('kept-value')
    await expect(fetched('kept:other/pin')).rejects.toMatchObject({ code: 'not-found' })
    await expect(fetched('kept:host/missing')).rejects.toMatchObject({ code: 'not-found' })
    await expect(fetched('kept:pin')).rejects.toMatchObject({ code: 'invalid' })
  })

  it('is known to the redactor from then on', async () => {
    process.env['RUNBOOK_TEST_PIN'] = 'an unguessable phrase'
    await fetched('env:RUNBOOK_TEST_PIN')
    expect(redactor.text('it is: an unguessable phrase')).toBe('it is: [secret env:RUNBOOK_TEST_PIN]')
  })
})
