import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Output } from '../../../../engine/cli/output.ts'
import { runCommandLine } from '../../../../engine/cli/run-command-line.ts'
import { Journal } from '../../../../engine/journal/journal.ts'

const corpus = new URL('../../../journals/', import.meta.url).pathname
const run = '20261201-090000-abcde'
let state: string
let path: string

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'runbook-journal-command-'))
  mkdirSync(join(state, 'runs', run), { recursive: true })
  path = join(state, 'runs', run, 'journal.jsonl')
})

afterEach(() => rmSync(state, { recursive: true }))

function take(name: string): void {
  copyFileSync(join(corpus, name, 'journal.jsonl'), path)
}

interface Seen {
  readonly stdout: string
  readonly stderr: string
  readonly exit: number
}

/** @param written called with everything on stdout so far, each time that it is flushed */
async function see(argv: readonly string[], written: (stdout: string) => unknown = () => undefined): Promise<Seen> {
  const texts = { stdout: '', stderr: '' }
  const outputTo = (name: 'stdout' | 'stderr'): Output => ({
    write: (text) => void (texts[name] += text),
    color: false,
    paint: (text) => text,
    screen: undefined,
    flush: async () => void (await written(texts.stdout)),
  })
  const none = () => Promise.resolve([])
  const exit = await runCommandLine([...argv, '--state', state], {
    stdout: outputTo('stdout'),
    stderr: outputTo('stderr'),
    families: none,
    described: none,
    words: ['runbook', ...argv],
    program: ['node', 'runbook'],
    toolVersion: '0.0.0',
  })
  return { ...texts, exit }
}

async function heads(): Promise<string[]> {
  const { stdout } = await see(['journal', 'show', '--json'])
  const lines = stdout.trimEnd().split('\n').slice(0, -1)
  return lines.map((line) => (JSON.parse(line) as { readonly hash: string }).hash)
}

describe('journal verify', () => {
  it('finds every head that ever was, with its number and without', async () => {
    take('done-with-exceptions')
    const hashes = await heads()
    expect(hashes).toHaveLength(36)
    for (const [n, hash] of hashes.entries()) {
      expect((await see(['journal', 'verify', '--head', hash])).exit).toBe(0)
      expect((await see(['journal', 'verify', run, '--head', `${n + 1}:${hash.toUpperCase()}`])).exit).toBe(0)
      expect((await see(['journal', 'verify', '--head', `${n}:${hash}`])).exit).toBe(4)
    }
    expect((await see(['journal', 'verify', '--head', hashes[35] ?? ''])).stdout).toContain('it is the head')
    expect((await see(['journal', 'verify', '--head', hashes[33] ?? ''])).stdout).toContain('2 records came after it')
  })

  it('shows by its head that a journal was cut, although it is whole', async () => {
    take('done-with-exceptions')
    const hashes = await heads()
    take('waits-for-a-time')
    expect((await see(['journal', 'verify'])).exit).toBe(0)
    const { exit, stderr } = await see(['journal', 'verify', '--head', `36:${hashes[35] ?? ''}`])
    expect(exit).toBe(4)
    expect(stderr).toContain('journal-other-head')
    expect(stderr).toContain('3 records behind the last one are lost')
  })

  it('tells as JSON what it found', async () => {
    take('torn-line')
    const { stdout, exit } = await see(['journal', 'verify', '--json'])
    expect(exit).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'result',
      run,
      head: { records: 4 },
      torn: { length: 100 },
    })
    take('damaged-line')
    const damaged = await see(['journal', 'verify', '--json'])
    expect(damaged.exit).toBe(4)
    expect(JSON.parse(damaged.stdout)).toMatchObject({ exitCode: 4, error: { code: 'journal-damaged' } })
  })

  it.each([
    [['journal'], /neither `verify` nor `show`/],
    [['journal', 'verfy'], /did you mean `verify`/],
    [['journal', 'verify', '--head', 'abc'], /RECORDS:HASH/],
    [['journal', 'verify', '--from', '1'], /no meaning/],
    [['journal', 'show', '--from', 'x'], /counted from 0/],
    [['journal', 'show', 'nope'], /there is no run `nope`/],
    [['journal', 'show', run, 'more'], /one too many/],
  ])('refuses %j', async (argv, message) => {
    take('closed')
    const { exit, stderr } = await see(argv)
    expect(exit).toBe(2)
    expect(stderr).toMatch(message)
  })
})

describe('journal show', () => {
  it('begins where it is told to', async () => {
    take('done-with-exceptions')
    const { stdout } = await see(['journal', 'show', '--from', '34'])
    expect(stdout.split('\n').filter((line) => /^\d/.test(line))).toEqual([
      expect.stringContaining('step/tidy/when'),
      expect.stringContaining('run/ended'),
    ])
  })

  it('gives with --json each record as it stands in the file', async () => {
    take('release-0.1-small')
    const { stdout } = await see(['journal', 'show', '--json'])
    const [first = ''] = stdout.split('\n')
    expect(JSON.parse(first)).toMatchObject({
      type: 'record',
      seq: 0,
      key: 'run/begun',
      value: { run: expect.any(String) },
    })
  })
})

describe('status --follow', () => {
  it('shows a line a change until the run ends, while another process writes', async () => {
    take('waits-for-a-time')
    let wrote = 0
    const { stdout, exit } = await see(['status', '--follow'], async () => {
      if (wrote > 0) return
      wrote = 1
      await using journal = await Journal.open(path, () => undefined)
      await journal.append('step/pause/succeeded', { outputs: {}, how: 'looked' })
      await journal.append('run/ended', { outputs: {}, outcome: 'done', failures: [], exceptions: [] })
    })
    expect(exit).toBe(0)
    expect(stdout.split('\n').slice(-3)).toEqual([
      expect.stringMatching(/^\S+Z 6 pause: Let it settle: done \(looked\)$/),
      expect.stringMatching(/^\S+Z run: ended: done$/),
      '',
    ])
  })

  it('gives NDJSON, and the whole at the end', async () => {
    take('waits-for-a-time')
    let wrote = 0
    const { stdout } = await see(['status', '--follow', '--json'], async () => {
      if (wrote++ > 0) return
      await using journal = await Journal.open(path, () => undefined)
      await journal.append('run/ended', { outputs: {}, outcome: 'done', failures: [], exceptions: [] })
    })
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    expect(lines).toMatchObject([
      { type: 'change', key: 'run/ended', text: 'ended: done' },
      { type: 'result', exitCode: 0, run: { state: 'done' } },
    ])
  })

  it('is not led astray by a torn line that is cut off and written over', async () => {
    take('waits-for-a-time')
    const whole = statSync(path).size
    let step = 0
    const { stdout, exit } = await see(['status', '--follow'], async () => {
      step += 1
      if (step === 1) appendFileSync(path, '{"v":1,"seq":33,"at":"2026-12-01T09:0')
      if (step === 2) {
        truncateSync(path, whole)
        await using journal = await Journal.open(path, () => undefined)
        await journal.append('run/closed', {
          because: 'of a longer text than what was torn, so that it stands over it',
        })
      }
    })
    expect(exit).toBe(0)
    expect(stdout).toContain('stopped before anything was started: of a longer text')
  })

  it('ends on a signal, with 0', async () => {
    take('waits-for-a-time')
    const { exit, stdout } = await see(['status', run, '--follow'], () => void process.emit('SIGINT'))
    expect(exit).toBe(0)
    expect(stdout).toContain('waits for')
  })
})
