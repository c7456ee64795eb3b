import { parseArgs } from 'node:util'
import { suggest } from '../diagnostics/suggest.ts'
import { nearest } from '../diagnostics/nearest.ts'
import { commonOptions, type OptionDeclaration, type OptionName, options } from './options.ts'
import { UsageError } from './usage-error.ts'

/** Options and operands as given, each known to the command. */
export interface Arguments {
  readonly operands: readonly string[]
  flag(name: OptionName): boolean
  /** The value of an option that is given at most once. */
  value(name: OptionName): string | undefined
  /** The values of an option that may be repeated. */
  values(name: OptionName): readonly string[]
}

/**
 * Parses what stands behind the command's name.
 *
 * @throws {UsageError} at the first thing that is wrong
 */
export function parseArguments(args: readonly string[], own: readonly OptionName[]): Arguments {
  const known: readonly OptionName[] = [...own, ...commonOptions]
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(known.map((name) => [name, specification(options[name])])),
    allowPositionals: true,
    strict: false, // its own messages name no near option
    tokens: true,
  })
  const operands: string[] = []
  const given = new Map<string, (string | true)[]>()
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const name = known.find((each) => each === token.name)
    if (name === undefined) throw unknownOption(token.rawName, token.name, known)
    const value = checkedValue(name, token.value, token.inlineValue === true)
    const earlier = given.get(name) ?? []
    if (earlier.length > 0 && declaration(name).multiple !== true) throw new UsageError(`\`--${name}\` is given twice`)
    given.set(name, [...earlier, value])
  }
  const texts = (name: OptionName): readonly string[] => (given.get(name) ?? []).filter((value) => value !== true)
  return { operands, flag: (name) => given.has(name), value: (name) => texts(name)[0], values: texts }
}

function declaration(name: OptionName): OptionDeclaration {
  return options[name]
}

function specification({ type, short }: OptionDeclaration): {
  type: 'string' | 'boolean'
  multiple: true
  short?: string
} {
  return { type, multiple: true, ...(short === undefined ? {} : { short }) }
}

function checkedValue(name: OptionName, value: string | undefined, inline: boolean): string | true {
  const { type, value: placeholder = 'VALUE' } = declaration(name)
  if (type === 'boolean') {
    if (value !== undefined) throw new UsageError(`\`--${name}\` takes no value, found \`${value}\``)
    return true
  }
  const looksLikeOption = !inline && value !== undefined && /^-./.test(value)
  if (value === undefined || looksLikeOption || value === '')
    throw new UsageError(`\`--${name}\` needs a value`, `write \`--${name} ${placeholder}\``)
  return value
}

function unknownOption(raw: string, name: string, known: readonly OptionName[]): UsageError {
  const { hint } = suggest(name, known)
  if (hint?.startsWith('did') === true)
    return new UsageError(`unknown option \`${raw}\``, `did you mean \`--${nearest(name, known) ?? ''}\`?`)
  const elsewhere = Object.keys(options).includes(name)
  return new UsageError(
    elsewhere ? `\`${raw}\` has no meaning for this command` : `unknown option \`${raw}\``,
    'see `--help`',
  )
}
