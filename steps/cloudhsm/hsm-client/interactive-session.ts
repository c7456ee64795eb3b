import { StepError } from '../../../engine/step/errors.ts'
import type { StartedProgram } from '../../../engine/step/programs.ts'
import { type Envelope, envelopeIn } from './envelope.ts'

/** A line for the program, and what is typed at its prompts. */
export interface Line {
  readonly text: string
  /** What it is, in messages: the line may hold a password. */
  readonly what: string
  /** Typed at the prompts for a password, one each, in this order. */
  readonly typed?: readonly string[]
  /** Whether it may change something: then an answer that does not come leaves its outcome unknown. */
  readonly changes: boolean
  readonly signal: AbortSignal
}

/** `Enter password:`, `Confirm password:`; whatever comes before the word. */
const promptForm = /password:\s*$/i
/** `aws-cloudhsm > `: behind something on stderr it means that the line had no other answer. */
const linePromptForm = /> $/
/** How long a program that was told to quit may take. */
const quitMs = 5_000

/**
 * `cloudhsm-cli interactive`: one program, talked to line by line. Ends with the first line that it does not answer as it should,
 * since nobody could tell whose the next answer is.
 */
export class InteractiveSession {
  readonly #program: StartedProgram
  #text = ''
  /** Wrote to stderr since the last line was sent. */
  #complained = false
  #over: { readonly exitCode: number; readonly stderr: string } | undefined
  #wake: () => void = () => undefined

  constructor(program: StartedProgram) {
    this.#program = program
    program.onOutput((text, stream) => {
      if (stream === 'stdout') this.#text += text
      else this.#complained = true
      this.#wake()
    })
    void program.ended.then((end) => {
      this.#over = end
      this.#wake()
    })
  }

  get pid(): number {
    return this.#program.pid
  }

  /** Whether it can still be talked to. */
  get open(): boolean {
    return this.#over === undefined
  }

  /**
   * Sends a line and waits for its answer.
   *
   * @throws {StepError} `cancelled`; `session` when the program was over before; `transient` when it ended without an answer;
   *   `device` when it wrote something else than an answer
   */
  async send(line: Line): Promise<Envelope> {
    const { what, signal, changes } = line
    if (signal.aborted) throw new StepError('cancelled', `stopped on request before \`${what}\` was sent`)
    if (this.#over !== undefined) throw new StepError('session', `\`cloudhsm-cli\` ended before \`${what}\` was sent`)
    const stop = (): void => {
      this.#program.kill()
      this.#wake()
    }
    signal.addEventListener('abort', stop, { once: true })
    try {
      this.#text = '' // the program's own prompt
      this.#complained = false
      this.#program.write(`${line.text}\n`)
      return await this.#answerTo(line)
    } catch (error) {
      this.#program.kill()
      if (signal.aborted)
        throw new StepError('cancelled', `\`${what}\` was ended on request`, { outcomeUnknown: changes })
      throw error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  async #answerTo({ what, typed = [], changes, signal }: Line): Promise<Envelope> {
    const left = [...typed]
    for (;;) {
      const found = this.#envelope(what, changes)
      if (found !== undefined) return found
      if (!this.#text.includes('{') && promptForm.test(this.#text)) {
        const next = left.shift()
        if (next === undefined)
          throw new StepError('device', `\`cloudhsm-cli\` asks for a password at \`${what}\`, which has none to give`, {
            outcomeUnknown: changes,
          })
        this.#text = ''
        this.#program.write(`${next}\n`)
        continue
      }
      const nextLine = this.#complained && !this.#text.includes('{') && linePromptForm.test(this.#text)
      if (nextLine || this.#over !== undefined || signal.aborted) throw this.#noAnswer(what, changes)
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  #envelope(what: string, changes: boolean): Envelope | undefined {
    try {
      const found = envelopeIn(this.#text)
      if (found === undefined) return undefined
      this.#text = found.rest
      return found.envelope
    } catch (cause) {
      throw new StepError('device', `\`cloudhsm-cli\` wrote something else than an answer to \`${what}\``, {
        outcomeUnknown: changes,
        cause,
      })
    }
  }

  #noAnswer(what: string, changes: boolean): StepError {
    const { exitCode = 0, stderr = '' } = this.#over ?? {}
    return new StepError('transient', `\`cloudhsm-cli\` gave no answer to \`${what}\``, {
      outcomeUnknown: changes,
      facts: { exitCode, ...(stderr === '' ? {} : { stderr: stderr.slice(-500) }) },
    })
  }

  /** Tells it to quit, which logs out, and ends it when it does not. */
  async close(): Promise<void> {
    if (this.#over !== undefined) return
    this.#program.write('quit\n')
    this.#program.endInput()
    const late = setTimeout(() => this.#program.kill(), quitMs)
    await this.#program.ended
    clearTimeout(late)
  }
}
