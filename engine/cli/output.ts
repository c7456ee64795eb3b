import { redactor } from '../redaction/redactor.ts'
import { painter, type Paint } from '../render/paint.ts'

/** A standard stream as commands see it. Secrets that are known to the process do not pass. */
export interface Output {
  /** An end that may be the beginning of a secret comes with what is written next, or with {@link flush}. */
  write(text: string): void
  readonly color: boolean
  readonly paint: Paint
  /** The terminal that can be drawn on; `undefined`: none, or one that cannot. */
  readonly screen: NodeJS.WriteStream | undefined
  /** Resolves when everything written is with the operating system. */
  flush(): Promise<void>
}

/** @param noColor whether `--no-color` was given */
export function outputTo(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv, noColor: boolean): Output {
  // whoever reads us may go away; a run does not stop for that
  stream.on('error', () => {})
  const dumb = env['TERM'] === 'dumb' || env['CI'] !== undefined
  const color = colored(stream, env, noColor)
  const redacting = redactor.stream()
  const pass = (text: string): void => {
    if (text !== '') stream.write(text)
  }
  return {
    write: (text) => pass(redacting.write(text)),
    color,
    paint: painter(color),
    screen: stream.isTTY && !dumb ? redactedScreen(stream) : undefined,
    flush() {
      pass(redacting.end())
      return new Promise((resolve) => (stream.writable ? stream.write('', () => resolve()) : resolve()))
    },
  }
}

/**
 * The same terminal for whoever draws on it, frame by frame: each write is redacted by itself, because what was held back would be
 * drawn at another place.
 */
function redactedScreen(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = stream.write.bind(stream)
  const redacted = (chunk: Uint8Array | string, ...more: []): boolean =>
    write(redactor.text(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')), ...more)
  return new Proxy(stream, {
    get(target, name) {
      if (name === 'write') return redacted
      const member: unknown = Reflect.get(target, name, target)
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
    // who draws takes `write` away meanwhile, so that what others write waits
    set: (target, name, value) => Reflect.set(target, name, value, target),
  })
}

function colored(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv, noColor: boolean): boolean {
  if (noColor) return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (env['NO_COLOR']) return false
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}
