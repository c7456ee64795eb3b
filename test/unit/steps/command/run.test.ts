import { randomBytes } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Host } from '../../../../engine/step/capabilities.ts'
import { localHost } from '../../../../steps/command/local-host.ts'
import { programEnvironment } from '../../../../engine/step/programs.ts'
import { run } from '../../../../steps/command/run.ts'
import { contextFor } from '../../../contract/contract-context.ts'

/** Of this process alone: programs of an effect are looked for on the whole machine, where other tests run. */
const effectId = `20261122-135012-k7m2q.${randomBytes(3).toString('hex')}`
let folder = ''
let host: Host

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-run-'))
  host = localHost('here', { folder, environment: programEnvironment(process.env, folder) })
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('command.run', () => {
  it('finds what was done already by its `check`', async () => {
    const inputs = { argv: ['false'], check: { argv: ['echo', 'done'] } }
    expect(await run.check(inputs, contextFor<'host'>(host))).toMatchObject({
      state: 'satisfied',
      outputs: { from: 'check', stdout: 'done\n' },
    })
  })

  it('takes an exit code that it was not told of for no answer', async () => {
    const inputs = { argv: ['true'], check: { argv: ['sh', '-c', 'exit 2'] } }
    await expect(run.check(inputs, contextFor<'host'>(host))).rejects.toMatchObject({
      code: 'conflict',
      facts: { exitCode: 2 },
    })
    const told = { ...inputs, check: { ...inputs.check, notDoneExitCode: 2 } }
    expect(await run.check(told, contextFor<'host'>(host))).toEqual({ state: 'absent' })
  })

  it('cannot tell without a `check` whether it was done, before and after a crash', async () => {
    expect((await run.check({ argv: ['true'] }, contextFor<'host'>(host))).state).toBe('unknowable')
    expect((await run.check({ argv: ['true'] }, contextFor<'host'>(host, { effectId }))).state).toBe('unknowable')
  })

  it('is absent again when its `check` says so after it was applied', async () => {
    const answer = { from: 'run', exitCode: 0, stdout: '', stderr: '', truncated: false }
    const inputs = { argv: ['true'], check: { argv: ['false'] } }
    expect(await run.check(inputs, contextFor<'host'>(host, { effectId, answer }))).toEqual({ state: 'absent' })
  })

  it('fails with the exit code, the last words and an unknown outcome', async () => {
    const inputs = { argv: ['sh', '-c', 'echo first >&2; echo disk is full >&2; exit 3'] }
    await expect(run.apply(inputs, contextFor<'host'>(host, { effectId }))).rejects.toMatchObject({
      code: 'invalid',
      message: '`sh` ended with exit code 3, wanted 0: `disk is full`',
      outcomeUnknown: true,
      facts: { exitCode: 3 },
    })
  })

  it('names the signal that ended a program', async () => {
    await expect(
      run.apply({ argv: ['sh', '-c', 'kill -TERM $$'] }, contextFor<'host'>(host, { effectId })),
    ).rejects.toThrow('143 (`SIGTERM`)')
  })

  it('asks a person where it cannot tell what still runs', async () => {
    const blind: Host = { name: 'blind', exec: host.exec, get: host.get, put: host.put }
    const inputs = { argv: ['true'], check: { argv: ['false'] } }
    expect(await run.check(inputs, contextFor<'host'>(blind))).toEqual({ state: 'absent' })
    expect(await run.check(inputs, contextFor<'host'>(blind, { effectId }))).toMatchObject({ state: 'unknowable' })
  })

  it.runIf(process.platform === 'linux')('waits for a program that an earlier attempt left running', async () => {
    const [ready, go] = [join(folder, 'ready'), join(folder, 'go')]
    execFileSync('mkfifo', [ready, go])
    const inputs = {
      argv: ['sh', '-c', `echo > ${ready}; cat ${go}; mkdir made`],
      check: { argv: ['test', '-d', 'made'] },
    }
    const left = run.apply(inputs, contextFor<'host'>(host, { effectId }))
    await readFile(ready)
    expect(await run.check(inputs, contextFor<'host'>(host, { effectId }))).toMatchObject({ state: 'pending' })
    expect(await run.check(inputs, contextFor<'host'>(host, { effectId: 'another.effect' }))).toEqual({
      state: 'absent',
    })
    await writeFile(go, '')
    await left
    expect(await run.check(inputs, contextFor<'host'>(host, { effectId }))).toMatchObject({ state: 'satisfied' })
  })
})

describe('programEnvironment', () => {
  it('passes on where things are, and no credential', () => {
    const own = {
      PATH: '/bin',
      HOME: '/home/alice',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_PROFILE: 'prod',
      ROOT_PIN: '1234',
      LANG: 'de_DE',
    }
    expect(programEnvironment(own, undefined)).toEqual({
      PATH: '/bin',
      HOME: '/home/alice',
      LANG: 'C.UTF-8',
      LC_ALL: 'C.UTF-8',
    })
    expect(programEnvironment(own, '/sandbox/home')['HOME']).toBe('/sandbox/home')
  })
})

describe('the host', () => {
  it('gives back the bytes that were put', async () => {
    const { signal } = new AbortController()
    const bytes = Uint8Array.of(0, 255, 10, 128)
    await host.put('bytes', bytes, signal)
    await host.put('bytes', bytes, signal)
    expect(Uint8Array.from(await host.get('bytes', signal))).toEqual(bytes)
    await expect(host.get('none', signal)).rejects.toMatchObject({ code: 'not-found' })
  })
})
