import { Type, type Static } from 'typebox'
import { CliError } from './cli-error.ts'

/** Options of a command as the program sends them: files as base64, lists as lists, flags as `true`. */
export const optionsSchema = Type.Record(
  Type.String(),
  Type.Union([Type.String(), Type.Array(Type.String()), Type.Literal(true)]),
)

/** What the program knows of an option is trusted: it has checked names, kinds and possible values. */
export class Options {
  readonly #values: Static<typeof optionsSchema>

  constructor(values: Static<typeof optionsSchema>) {
    this.#values = values
  }

  /** @throws {CliError} */
  text(name: string): string {
    const value = this.find(name)
    if (value === undefined) throw new CliError(`Argument --${name} is required`)
    return value
  }

  find(name: string): string | undefined {
    const value = this.#values[name]
    return typeof value === 'string' ? value : undefined
  }

  list(name: string): readonly string[] {
    const value = this.#values[name]
    return Array.isArray(value) ? value : []
  }

  flag(name: string): boolean {
    return this.#values[name] === true
  }

  /** @returns the content of the file that the option named */
  file(name: string): Buffer | undefined {
    const value = this.find(name)
    return value === undefined ? undefined : Buffer.from(value, 'base64')
  }

  /** @throws {CliError} unless it is an integer in the range */
  integer(name: string, least: number, most: number): number | undefined {
    const value = this.find(name)
    if (value === undefined) return undefined
    const number = Number(value)
    if (!/^\d+$/.test(value) || number < least || number > most)
      throw new CliError(`Argument --${name} must be between ${least} and ${most}`)
    return number
  }

  /** Base64 in one option, or a file in the other. @throws {CliError} unless it is in exactly one of them */
  data(inline: string, path: string): Buffer {
    const [text, file] = [this.find(inline), this.file(path)]
    if ((text === undefined) === (file === undefined)) throw new CliError(`Provide either --${inline} or --${path}`)
    return file ?? Buffer.from(text ?? '', 'base64')
  }
}
