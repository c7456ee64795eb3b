import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { programWords } from '../../engine/cli/program-words.ts'

const cli = new URL('../../dist/bin/runbook.js', import.meta.url).pathname

/** How the program names itself in commands that go on, since `runbook` is not on the PATH here. */
const program = programWords({
  // from within a folder of its own, which no checkout lies in, wherever it is
  ...{
    runtime: process.execPath,
    script: cli,
    cwd: join(tmpdir(), 'runbook-cli-'),
    path: process.env['PATH'] ?? '',
    byNpx: false,
  },
}).join(' ')

/** What is to be seen of one command line. Texts are whole; `DIR`, `RUN`, `HASH`, `TIME` and `N s` stand for what differs. */
export interface Expected {
  readonly stdout?: string
  readonly stderr?: string
  readonly exit?: number
}

export interface Seen {
  readonly stdout: string
  readonly stderr: string
  readonly exit: number | null
}

/** A folder with files, in which the built command line is run by whichever runtime runs the tests. */
export class Workshop implements Disposable {
  readonly dir = realpathSync(mkdtempSync(join(tmpdir(), 'runbook-cli-')))
  readonly #env: NodeJS.ProcessEnv

  constructor(files: Readonly<Record<string, string>> = {}, env: NodeJS.ProcessEnv = {}) {
    this.#env = env
    for (const [name, content] of Object.entries(files)) this.write(name, content)
  }

  write(name: string, content: string): void {
    mkdirSync(dirname(join(this.dir, name)), { recursive: true })
    writeFileSync(join(this.dir, name), content)
  }

  /** Runs one command line to its end, without a terminal, and compares everything that is to be seen. */
  async runbook(args: readonly string[], { stdout = '', stderr = '', exit = 0 }: Expected): Promise<void> {
    const seen = await this.see(args)
    expect(seen).toEqual({ stdout: block(stdout), stderr: block(stderr), exit })
  }

  /** The same, and gives back what is to be seen, with what differs replaced. */
  async see(args: readonly string[]): Promise<Seen> {
    const { PATH = '' } = process.env
    const child = spawn(process.execPath, [cli, ...args], {
      cwd: this.dir,
      env: { PATH, HOME: this.dir, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a session of its own has no terminal, also where whoever runs the tests has one
    })
    const [stdout, stderr, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { stdout: this.#settled(stdout), stderr: this.#settled(stderr), exit: exit as number | null } // of ChildProcess
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true })
  }

  #settled(seen: string): string {
    return seen
      .replaceAll(program, 'runbook')
      .replaceAll(this.dir, 'DIR')
      .replaceAll(/\b\d{8}-\d{6}-[a-z0-9]{5}\b/g, 'RUN')
      .replaceAll(/\b[0-9a-f]{64}\b/g, 'HASH')
      .replaceAll(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g, 'TIME')
      .replaceAll(/\b\d+\.\d s\b/g, 'N s')
  }
}

/** Takes the common indentation off, so that a test shows what an operator sees. */
function block(indented: string): string {
  const lines = indented.replace(/^\n/, '').replace(/\n *$/, '\n').split('\n')
  const margin = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)))
  return Number.isFinite(margin) ? lines.map((line) => line.slice(margin)).join('\n') : indented
}
