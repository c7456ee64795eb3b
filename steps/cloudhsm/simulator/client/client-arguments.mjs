// @ts-check
/**
 * Arguments as the CloudHSM CLI takes them: words of a command, then options, some of them with several values.
 */

/**
 * @typedef {object} OptionSpec
 * @property {'text' | 'list' | 'flag' | 'read' | 'write' | 'password' | 'new-password'} kind `read`, `write`: a file that the
 *   program reads or writes itself; passwords are asked for when they are not given
 * @property {boolean} [required]
 * @property {readonly string[]} [values]
 *
 * @typedef {{ readonly [option: string]: OptionSpec }} OptionSpecs
 * @typedef {{ [option: string]: string | string[] | true }} Options
 */

export class UsageError extends Error {}

/** Prints a mistake as the CLI does. @param {string} message @returns {number} the exit code of wrong usage */
export function usageError(message) {
  process.stderr.write(`error: ${message}\n\nFor more information, try '--help'.\n`)
  return 2
}

/**
 * @param {readonly string[]} args those behind the words of the command
 * @param {OptionSpecs} specs
 * @returns {Options}
 */
export function parseOptions(args, specs) {
  /** @type {Options} */
  const options = {}
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

/** @param {string} word @returns {[string, string | undefined]} `--name=value`; a value may have more of them */
function splitAtEquals(word) {
  const at = word.startsWith('--') ? word.indexOf('=') : -1
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
}

/** @param {string | string[] | true | undefined} value @returns {string[]} */
const earlier = (value) => (Array.isArray(value) ? value : [])

/**
 * A line of the interactive mode, split as a shell does: blanks, single and double quotes, backslash.
 *
 * @param {string} line
 * @returns {string[]}
 */
export function splitLine(line) {
  /** @type {string[]} */
  const words = []
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
