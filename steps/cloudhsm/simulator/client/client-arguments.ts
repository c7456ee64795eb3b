import type { Terminal } from './terminal.ts'

/** An option of a command. */
export interface OptionSpec {
  /** `read`, `write`: a file that the program reads or writes itself; passwords are asked for when they are not given. */
  readonly kind: 'text' | 'list' | 'flag' | 'read' | 'write' | 'password' | 'new-password'
  readonly required?: boolean
  /** All that it may be. */
  readonly values?: readonly string[]
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>
export type Options = Record<string, string | string[] | true>

export class UsageError extends Error {}

/** Prints a mistake as the CLI does. @returns the exit code of wrong usage */
export function usageError(terminal: Terminal, message: string): number {
  terminal.complain(`error: ${message}\n\nFor more information, try '--help'.\n`)
  return 2
}

/**
 * Options as the CloudHSM CLI takes them, some of them with several values.
 *
 * @param args those behind the words of the command
 * @throws {UsageError}
 */
export function parseOptions(args: readonly string[], specs: OptionSpecs): Options {
  const options: Options = {}
  for (let at = 0; at < args.length;) {
    const word = args[at] ?? ''
    const [given, inline] = splitAtEquals(word)
    const name = given.replace(/^--/, '')
    const spec = given.startsWith('--') ? specs[name] : undefined
    if (spec === undefined) throw new UsageError(`unexpected argument '${word}' found`)
    if (name in options && spec.kind !== 'list') {
      throw new UsageError(`the argument '--${name}' cannot be used multiple times`)
    }
    at += 1
    if (spec.kind === 'flag') {
      options[name] = true
      continue
    }
    const values = inline === undefined ? [] : [inline]
    const most = spec.kind === 'list' ? Infinity : 1
    while (values.length < most && at < args.length && !(args[at] ?? '').startsWith('--')) values.push(args[at++] ?? '')
    const [first] = values
    if (first === undefined) throw new UsageError(`a value is required for '--${name}' but none was supplied`)
    for (const value of values) {
      if (spec.values !== undefined && !spec.values.includes(value)) {
        throw new UsageError(`invalid value '${value}' for '--${name}'\n  [possible values: ${spec.values.join(', ')}]`)
      }
    }
    options[name] = spec.kind === 'list' ? [...earlier(options[name]), ...values] : first
  }
  const missing = Object.keys(specs).filter((name) => specs[name]?.required === true && !(name in options))
  if (missing.length > 0) {
    throw new UsageError(
      `the following required arguments were not provided:\n${missing.map((name) => `  --${name}`).join('\n')}`,
    )
  }
  return options
}

/** `--name=value`; a value may have more of them. */
function splitAtEquals(word: string): [string, string | undefined] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
}

const earlier = (value: string | string[] | true | undefined): string[] => (Array.isArray(value) ? value : [])

/** A line of the interactive mode, split as a shell does: blanks, single and double quotes, backslash. @throws {UsageError} */
export function splitLine(line: string): readonly string[] {
  const words: string[] = []
  let word = ''
  let quote = ''
  let begun = false
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at] ?? ''
    if (char === '\\' && quote !== "'") {
      at += 1
      word += line[at] ?? ''
      begun = true
    } else if (quote !== '') {
      if (char === quote) quote = ''
      else word += char
    } else if (char === '"' || char === "'") {
      quote = char
      begun = true
    } else if (/\s/.test(char)) {
      if (begun) words.push(word)
      word = ''
      begun = false
    } else {
      word += char
      begun = true
    }
  }
  if (quote !== '') throw new UsageError('a quote is not closed')
  if (begun) words.push(word)
  return words
}
