import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runProgram } from '../../../../engine/step/run-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'runbook-program-'))
const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' }
const never = new AbortController().signal

afterAll(() => rmSync(folder, { recursive: true }))

/** Reading it ends when its last writer is gone, which shows without a clock that a process ended. */
function fifo(name: string): string {
  const path = join(folder, name)
  execFileSync('mkfifo', [path])
  return path
}

describe('runProgram', () => {
  it('passes arguments as they are', async () => {
    const result = await runProgram(['printf', '%s|', '$HOME', '*', 'a b', '; exit 3'], {
      folder,
      environment,
      signal: never,
    })
    expect(result).toEqual({ exitCode: 0, stdout: '$HOME|*|a b|; exit 3|', stderr: '', truncated: false })
  })

  it('gives the program nothing but its environment, its folder and an empty stdin', async () => {
    process.env['AWS_SESSION_TOKEN'] = 'planted'
    const { stdout } = await runProgram(['sh', '-c', 'cat; pwd -P; env'], { folder, environment, signal: never })
    delete process.env['AWS_SESSION_TOKEN']
    expect(stdout).toContain('runbook-program-')
    expect(stdout).not.toContain('planted')
  })

  it('keeps the first MiB of each stream, says so, and cuts no character', async () => {
    const script = `printf a; yes é | tr -d '\\n' | head -c 1200000; printf err >&2`
    const { stdout, stderr, truncated, exitCode } = await runProgram(['sh', '-c', script], {
      folder,
      environment,
      signal: never,
    })
    expect({ exitCode, truncated, stderr }).toEqual({ exitCode: 0, truncated: true, stderr: 'err' })
    expect(Buffer.byteLength(stdout)).toBe(1024 * 1024 - 1)
    expect(stdout.endsWith('é')).toBe(true)
  })

  it('reports exit codes, and signals as shells do', async () => {
    expect((await runProgram(['sh', '-c', 'exit 7'], { folder, environment, signal: never })).exitCode).toBe(7)
    expect((await runProgram(['sh', '-c', 'kill -KILL $$'], { folder, environment, signal: never })).exitCode).toBe(137)
  })

  it('names a program that is not there', async () => {
    await expect(runProgram(['no-such-program'], { folder, environment, signal: never })).rejects.toMatchObject({
      code: 'not-found',
      message: 'program `no-such-program` could not be started (`ENOENT`)',
      outcomeUnknown: false,
    })
  })

  it('names a folder that is not there, not the program', async () => {
    await expect(
      runProgram(['true'], { folder: join(folder, 'gone'), environment, signal: never }),
    ).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('where programs start') as string,
    })
  })

  it('refuses a file that cannot be run', async () => {
    writeFileSync(join(folder, 'plain'), 'text', { mode: 0o644 })
    await expect(runProgram([join(folder, 'plain')], { folder, environment, signal: never })).rejects.toMatchObject({
      code: 'denied',
    })
  })

  it('begins nothing when it was stopped before', async () => {
    const work = runProgram(['touch', 'begun'], { folder, environment, signal: AbortSignal.abort() })
    await expect(work).rejects.toMatchObject({ code: 'cancelled', outcomeUnknown: false })
    await expect(readFile(join(folder, 'begun'))).rejects.toThrow('ENOENT')
  })

  it('ends the whole group when it is stopped', async () => {
    const [ready, held] = [fifo('ready'), fifo('held')]
    const stop = new AbortController()
    const script = `(exec 3> ${held}; echo go > ${ready}; exec sleep 1000) & wait`
    const work = runProgram(['sh', '-c', script], { folder, environment, signal: stop.signal })
    const released = readFile(held)
    await readFile(ready)
    stop.abort()
    await expect(work).rejects.toMatchObject({ code: 'cancelled', outcomeUnknown: true })
    expect((await released).length).toBe(0)
  })

  it('ends a group that does not end when asked', async () => {
    const [ready, held] = [fifo('ready-deaf'), fifo('held-deaf')]
    const stop = new AbortController()
    const script = `trap '' TERM; (exec 3> ${held}; echo go > ${ready}; exec sleep 1000) & wait`
    const work = runProgram(['sh', '-c', script], { folder, environment, signal: stop.signal, graceMs: 1 })
    const released = readFile(held)
    await readFile(ready)
    stop.abort()
    await expect(work).rejects.toMatchObject({ code: 'cancelled' })
    expect((await released).length).toBe(0)
  })
})
