import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Link, LinkLost } from '../../../../steps/cloudhsm/simulator/client/client-link.ts'
import { ProgramDesk, scriptOf } from '../../../../steps/cloudhsm/simulator/client/program-desk.ts'

type Run = Parameters<typeof ProgramDesk.open>[1]

/** A desk, and the script of a program in a folder of its home. */
async function deskOf(run: Run) {
  const home = mkdtempSync(join(tmpdir(), 'runbook-desk-'))
  const script = join(home, 'bin', 'program')
  mkdirSync(join(home, 'bin'))
  writeFileSync(script, scriptOf('program'))
  chmodSync(script, 0o700)
  const desk = await ProgramDesk.open(home, run)
  onTestFinished(() => desk.close())
  const start = (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
    spawn(script, args, { cwd: home, env: { PATH: process.env['PATH'], ...env } })
  const call = async (args: readonly string[] = [], { env = {}, input = '' } = {}) => {
    const child = start(args, env)
    child.stdin.end(input)
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { stdout, stderr, code: Number(code) }
  }
  return { home, desk, start, call }
}

const awkward = ['', ' a  b ', "'", '"$HOME"', '\\c\\n%s%%', 'zwei\nZeilen', 'Schlüssel 🔑', '*', '-n']

describe('the script of a simulated program', () => {
  it('hands over its name, arguments, folder and variables as they are', async () => {
    let seen: Parameters<Run>[0] | undefined
    const { home, call } = await deskOf((started) => {
      seen = started
      return Promise.resolve(7)
    })
    const env = { CLOUDHSM_ROLE: 'admin', CLOUDHSM_PIN: 'alice:p%s\\n"\'ä' }
    expect(await call(awkward, { env })).toEqual({ stdout: '', stderr: '', code: 7 })
    expect(seen).toMatchObject({ name: 'program', args: awkward })
    expect(seen?.terminal).toMatchObject({ folder: home, variables: { ...env, RUNBOOK_CLOUDHSM_CLIENT_VERSION: '' } })
  })

  it('prints and complains byte for byte, also much at once', async () => {
    const much = `${awkward.join('\t')}\n\n`.repeat(2_000)
    const { call } = await deskOf(({ terminal }) => {
      terminal.print(much)
      terminal.complain(`${awkward.join('\n')}\n`)
      return Promise.resolve(0)
    })
    expect(await call()).toEqual({ stdout: much, stderr: `${awkward.join('\n')}\n`, code: 0 })
  })

  it('gives its lines one by one, the last one without an end as well, and then none', async () => {
    const lines: (string | undefined)[] = []
    const { call } = await deskOf(async ({ terminal }) => {
      for (let n = 0; n < 5; n += 1) lines.push(await terminal.line())
      return 0
    })
    await call([], { input: ' ein\\s \r\n\nzwei 🔑\nlast' })
    expect(lines).toEqual([' ein\\s ', '', 'zwei 🔑', 'last', undefined])
  })

  it('tells when it was killed, and the desk waits for what is still done for it', async () => {
    let done = false
    let begun: () => void
    const running = new Promise<void>((resolve) => (begun = resolve))
    const { desk, start } = await deskOf(async ({ signal }) => {
      begun()
      await once(signal, 'abort')
      await new Promise((resolve) => setImmediate(resolve))
      done = true
      return 0
    })
    const child = start()
    await running
    child.kill('SIGKILL')
    await once(child, 'close')
    await desk.close()
    expect(done).toBe(true)
  })

  it('says that the sandbox does not run, or ended, and fails', async () => {
    const { desk, start, call } = await deskOf(async ({ terminal }) => {
      terminal.print('ready\n')
      await terminal.line()
      return 0
    })
    const child = start()
    const complaint = text(child.stderr)
    await once(child.stdout, 'data')
    await desk.close()
    child.stdin.end('a line\n')
    const [code] = await once(child, 'exit')
    expect([await complaint, code]).toEqual(['error: the sandbox ended\n', 1])
    expect(await call()).toEqual({ stdout: '', stderr: 'error: the sandbox does not run\n', code: 1 })
  })

  it('is the same for every desk, so that its digest is', async () => {
    const first = await deskOf(() => Promise.resolve(0))
    const second = await deskOf(() => Promise.resolve(0))
    expect(readFileSync(join(first.home, 'bin', 'program'))).toEqual(readFileSync(join(second.home, 'bin', 'program')))
  })
})

describe('the desk', () => {
  it('does nothing for somebody without its key, or who went away too early', async () => {
    const runs: unknown[] = []
    const { home } = await deskOf((started) => {
      runs.push(started)
      return Promise.resolve(0)
    })
    const [port = '', key = ''] = readFileSync(join(home, 'desk'), 'utf8').trim().split(' ')
    const whole = ['program', '/', '', '', '', '0']
    for (const said of [
      ['0'.repeat(32), ...whole],
      ['', ...whole],
      [key, ...whole.slice(0, 5)],
    ]) {
      const socket = connect(Number(port), '127.0.0.1')
      socket.end(said.map((each) => `${each}\0`).join(''))
      await once(socket.resume(), 'close')
    }
    expect(runs).toEqual([])
  })
})

it('a link of a program that was killed sends nothing any more', async () => {
  const requests: unknown[] = []
  const server = createServer((request) => requests.push(request)).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const address = server.address()
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const killed = new AbortController()
  const link = new Link(endpoint, killed.signal)
  killed.abort()
  await expect(link.ask('/cloudhsm/command', {})).rejects.toThrow(LinkLost)
  expect(requests).toEqual([])
})
