import { painter, type Paint } from '../render/paint.ts'

/** A standard stream as commands see it. */
export interface Output {
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
  return {
    write: (text) => void stream.write(text),
    color,
    paint: painter(color),
    screen: stream.isTTY && !dumb ? stream : undefined,
    flush: () => new Promise((resolve) => (stream.writable ? stream.write('', () => resolve()) : resolve())),
  }
}

function colored(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv, noColor: boolean): boolean {
  if (noColor) return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (env['NO_COLOR']) return false
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}
