import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runningPrograms } from '../../../../engine/transport/running-programs.ts'
import { runProgram } from '../../../../engine/transport/run-program.ts'

const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' }
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-group-'))
  execFileSync('mkfifo', [join(folder, 'ready'), join(folder, 'held')])
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Ends when the last process that holds the pipe is gone, which shows without a clock that it ended. */
function released(): Promise<number> {
  return readFile(join(folder, 'held')).then(({ length }) => length)
}

function ready(): Promise<Buffer> {
  return readFile(join(folder, 'ready'))
}

/** The grandchild lets go of stdout and stderr, so that nothing but its group tells of it. */
const grandchild = `(%exec 3> held; echo go > ready; exec sleep 1000) >/dev/null 2>&1 & wait`

function startEngine(script: string): ChildProcess {
  const runtime = process.versions['bun'] === undefined ? ['--import', 'tsx'] : []
  const file = join(import.meta.dirname, 'program-process.ts')
  return spawn(process.execPath, [...runtime, file, folder, script], { stdio: ['pipe', 'inherit', 'inherit'] })
}

describe('runProgram', () => {
  it('is over when the whole group is, also when its leader ended and the rest is deaf', async () => {
    const stop = new AbortController()
    const deaf = grandchild.replace('%', `trap '' TERM; `)
    const work = runProgram(['sh', '-c', deaf], { folder, environment, signal: stop.signal, graceMs: 50 })
    const end = released()
    await ready()
    stop.abort()
    expect((await work).stopped).toBe(true)
    expect(await end).toBe(0)
  })

  it('lets a group end by itself in its time', async () => {
    const stop = new AbortController()
    const slow = `(trap 'echo tidy > tidied; exit' TERM; exec 3> held; echo go > ready; while :; do sleep 0.01; done) >/dev/null 2>&1 & wait`
    const work = runProgram(['sh', '-c', slow], { folder, environment, signal: stop.signal, graceMs: 30_000 })
    const end = released()
    await ready()
    stop.abort()
    await work
    await end
    expect(await readFile(join(folder, 'tidied'), 'utf8')).toBe('tidy\n')
  })

  it('leaves alone what a program started and let go of, when it ended by itself', async () => {
    const daemon = `(exec 3> held; echo go > ready; cat ready; exit) >/dev/null 2>&1 & exit 0`
    const work = runProgram(['sh', '-c', daemon], { folder, environment, signal: new AbortController().signal })
    const end = released()
    await ready()
    expect(await work).toMatchObject({ exitCode: 0, stopped: false })
    writeFileSync(join(folder, 'ready'), '') // it still runs: it reads this, and ends
    expect(await end).toBe(0)
  })

  it.each(['exit', 'kill'])('ends with its engine: %s', async (how) => {
    const engine = startEngine(grandchild.replace('%', ''))
    const end = released()
    await ready()
    engine.stdin?.write(how)
    expect(await end).toBe(0)
  })

  it.runIf(process.platform === 'linux')('is found by its effect when a killed engine left it', async () => {
    const engine = startEngine(`echo go > ready; read line < held; exit 0`)
    await ready()
    engine.kill('SIGKILL')
    await once(engine, 'exit')
    expect((await runningPrograms('an.effect'))?.length).toBeGreaterThan(0)
    expect(await runningPrograms('another.effect')).toEqual([])
    writeFileSync(join(folder, 'held'), 'end\n')
  })
})
