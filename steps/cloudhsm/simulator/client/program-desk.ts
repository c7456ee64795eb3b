import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TerminalVariable, type Terminal, terminalVariables } from './terminal.ts'

const placeIn = (home: string): string => join(home, 'desk')

/** The script that stands for a program, for `bash`, in a folder of the desk's home. */
export function scriptOf(name: string): string {
  const variables = terminalVariables.map((each) => `"\${${each}-}"`).join(' ')
  return `#!/usr/bin/env bash
# A simulated program: its sandbox does what it does, reached on loopback only.
LC_ALL=C
trap '' PIPE
if ! { IFS=' ' read -r port key <"\${BASH_SOURCE[0]%/*}/../desk" && exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null; then
  echo 'error: the sandbox does not run' >&2
  exit 1
fi
printf '%s\\0' "$key" ${quoted(name)} "$PWD" ${variables} "$#" "$@" >&3
while IFS= read -r -u 3 told; do
  case $told in
    O*) printf %b "\${told:1}" ;;
    C*) printf %b "\${told:1}" >&2 ;;
    R*)
      line=
      if IFS= read -r line || [ -n "$line" ]; then printf 'L%s\\0' "$line"; else printf 'E\\0'; fi >&3
      ;;
    X*) exit "\${told:1}" ;;
  esac
done
echo 'error: the sandbox ended' >&2
exit 1
`
}

/** A program that was started at a terminal. */
interface Started {
  readonly name: string
  readonly args: readonly string[]
  readonly terminal: Terminal
  /** Aborted when it was killed. */
  readonly signal: AbortSignal
}

type Run = (started: Started) => Promise<number>

/** How much may be unread of one script: more is no command line. */
const mostUnread = 4 * 1024 * 1024

/**
 * Runs programs for the scripts that stand for them. A runtime takes a tenth of a second to start and there are hundreds of calls, so a script
 * is but a terminal: it says who was called with what, then prints, reads lines and ends as it is told. Where the desk is it reads from a
 * file, so that a script stays the same, byte for byte, when the sandbox is started again.
 *
 * To the desk, texts that end with NUL: key, name, folder, {@link terminalVariables}, number of arguments, arguments; later `L` and a line, or
 * `E` at the end of stdin. To the script, lines of a letter and a text in the form of `printf %b`: `O` prints, `C` complains, `R` reads a
 * line, `X` ends with an exit code.
 */
export class ProgramDesk {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #served = new Set<Promise<void>>()
  /** Only who can read it may have files read and written here. */
  readonly #key = randomBytes(16).toString('hex')
  readonly #run: Run
  readonly #place: string

  private constructor(home: string, run: Run) {
    this.#place = placeIn(home)
    this.#run = run
    this.#server = createServer((socket) => {
      const served = this.#serve(socket).finally(() => this.#served.delete(served))
      this.#served.add(served)
    })
  }

  /**
   * Listens on loopback, and says in `home` where.
   *
   * @param home has the scripts in a folder of its own
   * @param run does what a program does; returns its exit code, and never rejects
   */
  static async open(home: string, run: Run): Promise<ProgramDesk> {
    const desk = new ProgramDesk(home, run)
    await new Promise<void>((resolve, reject) => {
      desk.#server.once('error', reject)
      desk.#server.listen(0, '127.0.0.1', resolve)
    })
    const address = desk.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the desk has no port')
    await writeFile(`${desk.#place}.new`, `${address.port} ${desk.#key}\n`, { mode: 0o600 })
    await rename(`${desk.#place}.new`, desk.#place)
    return desk
  }

  /** Ends the scripts, and what is done for them. */
  async close(): Promise<void> {
    await rm(this.#place, { force: true })
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
    await Promise.all(this.#served)
  }

  async #serve(socket: Socket): Promise<void> {
    const gone = new AbortController()
    const texts = new Texts(socket)
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined) // its close tells
    socket.once('close', () => {
      this.#sockets.delete(socket)
      gone.abort()
    })
    const started = await startedBy(texts, this.#key)
    if (started === undefined) return void socket.destroy()
    const tell = (letter: string, text: string): void => {
      if (!socket.destroyed)
        socket.write(`${letter}${text.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`)}\n`)
    }
    const terminal: Terminal = {
      ...started.place,
      print: (text) => tell('O', text),
      complain: (text) => tell('C', text),
      async line() {
        tell('R', '')
        const answer = await texts.next()
        return answer?.startsWith('L') === true ? answer.slice(1).replace(/\r$/, '') : undefined
      },
    }
    const { name, args } = started
    tell('X', String(await this.#run({ name, args, terminal, signal: gone.signal })))
    socket.end()
  }
}

interface Beginning {
  readonly name: string
  readonly args: readonly string[]
  readonly place: Pick<Terminal, 'folder' | 'variables'>
}

/** @returns `undefined` for somebody else than one of the scripts, and when it went away */
async function startedBy(texts: Texts, key: string): Promise<Beginning | undefined> {
  if (!same((await texts.next()) ?? '', key)) return undefined
  const name = await texts.next()
  const folder = await texts.next()
  const variables = {} as Record<TerminalVariable, string>
  for (const each of terminalVariables) variables[each] = (await texts.next()) ?? ''
  const count = Number((await texts.next()) ?? Number.NaN)
  const args: string[] = []
  while (args.length < count) {
    const next = await texts.next()
    if (next === undefined) return undefined
    args.push(next)
  }
  if (name === undefined || folder === undefined || args.length !== count) return undefined
  return { name, args, place: { folder, variables } }
}

function same(text: string, key: string): boolean {
  const [given, wanted] = [Buffer.from(text), Buffer.from(key)]
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

/** Texts that end with NUL, one on demand. */
class Texts {
  #received: Buffer = Buffer.alloc(0)
  #ended = false
  #wake: () => void = () => undefined

  constructor(socket: Socket) {
    socket.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes])
      if (this.#received.length > mostUnread) socket.destroy()
      this.#wake()
    })
    socket.once('close', () => {
      this.#ended = true
      this.#wake()
    })
  }

  /** UTF-8; `undefined`: the connection is gone. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const end = this.#received.indexOf(0)
      if (end >= 0) {
        const text = this.#received.toString('utf8', 0, end)
        this.#received = this.#received.subarray(end + 1)
        return text
      }
      if (this.#ended) return undefined
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}
