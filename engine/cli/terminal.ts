import { closeSync, openSync, writeSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { redactor } from '../redaction/redactor.ts'
import { StepError } from '../step/errors.ts'

/** The terminal of whoever started this program, apart from standard input and output. */
export interface Terminal {
  /** Shows a text. */
  show(text: string): void
  /** Asks for a line. `undefined`: the terminal was closed. Rejects when the signal aborts. */
  ask(question: string, signal?: AbortSignal): Promise<string | undefined>
  /** The same without echo. */
  askHidden(question: string, signal?: AbortSignal): Promise<string | undefined>
}

/** @returns `undefined` when this process has no terminal */
export function openTerminal(path = '/dev/tty'): Terminal | undefined {
  try {
    closeSync(openSync(path, 'r+'))
  } catch {
    return undefined // cron, CI, a service
  }
  return {
    show: (text) => showOn(path, text),
    ask: (question, signal) => readLine(path, question, false, signal),
    askHidden: (question, signal) => readLine(path, question, true, signal),
  }
}

function showOn(path: string, text: string): void {
  const fd = openSync(path, 'w')
  try {
    writeSync(fd, redactor.text(text))
  } finally {
    closeSync(fd)
  }
}

async function readLine(
  path: string,
  question: string,
  hidden: boolean,
  signal?: AbortSignal,
): Promise<string | undefined> {
  signal?.throwIfAborted()
  const input = new ReadStream(openSync(path, 'r'))
  if (hidden) input.setRawMode(true)
  showOn(path, question)
  try {
    return await (hidden ? typedUnseen(input, signal) : typedLine(input, signal))
  } finally {
    if (hidden) {
      input.setRawMode(false)
      showOn(path, '\n')
    }
    input.destroy()
  }
}

/** The system's own line editing gives whole lines. */
function typedLine(input: ReadStream, signal: AbortSignal | undefined): Promise<string | undefined> {
  return collect(input, signal, (chunk, typed) => {
    const end = chunk.search(/[\r\n]/)
    return end === -1 ? { typed: typed + chunk } : { typed: typed + chunk.slice(0, end), over: true }
  })
}

/** Raw: what the system would do with control characters is done here. */
function typedUnseen(input: ReadStream, signal: AbortSignal | undefined): Promise<string | undefined> {
  return collect(input, signal, (chunk, before) => {
    let typed = before
    for (const character of chunk) {
      if (character === '\r' || character === '\n') return { typed, over: true }
      if (character === '\u0004') return { typed: undefined, over: true } // Ctrl-D
      if (character === '\u0003')
        process.kill(process.pid, 'SIGINT') // Ctrl-C
      else if (character === '\u0015')
        typed = '' // Ctrl-U
      else if (character === '\u007f' || character === '\b') typed = [...typed].slice(0, -1).join('')
      else if (character >= ' ') typed += character
    }
    return { typed }
  })
}

type Step = (
  chunk: string,
  typed: string,
) => { readonly typed: string; readonly over?: false } | { readonly typed: string | undefined; readonly over: true }

function collect(input: ReadStream, signal: AbortSignal | undefined, step: Step): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let typed = ''
    const abort = (): void => reject(new StepError('cancelled', 'stopped while asking'))
    signal?.addEventListener('abort', abort, { once: true })
    input.setEncoding('utf8')
    input.on('data', (chunk: string) => {
      const result = step(chunk, typed)
      if (result.over !== true) typed = result.typed
      else {
        signal?.removeEventListener('abort', abort)
        resolve(result.typed)
      }
    })
    input.on('end', () => resolve(undefined))
    input.on('error', () => resolve(undefined)) // the terminal went away
  })
}
