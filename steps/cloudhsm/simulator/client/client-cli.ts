import { readFile, stat, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { type Options, type OptionSpecs, parseOptions, splitLine, UsageError } from './client-arguments.ts'
import { commands, findCommand, type FoundCommand, withoutLogin } from './client-commands.ts'
import { readConfiguration } from './client-configuration.ts'
import { Link, LinkLost } from './client-link.ts'
import type { ProgramCall } from './program-call.ts'

const envelopeSchema = Type.Object({ error_code: Type.Integer(), data: Type.Unknown() })
const answerSchema = Type.Object({
  envelope: envelopeSchema,
  /** By option: what becomes the content of the file that it names, Base64. */
  files: Type.Optional(Type.Record(Type.String(), Type.String())),
})

type Envelope = Type.Static<typeof envelopeSchema>
type Answer = Type.Static<typeof answerSchema>

/**
 * `cloudhsm-cli`: one command with `CLOUDHSM_ROLE` and `CLOUDHSM_PIN`, or `interactive`. The envelope goes to stdout. Files that options
 * name are read and written here, as the HSMs see none of them.
 *
 * @returns exit code: 0, 1 when the command failed ([?] of the real program)
 * @throws {UsageError}
 */
export async function runCli(call: ProgramCall): Promise<number> {
  const cli = new Cli(call)
  const { args } = call
  try {
    if (args[0] === 'interactive') return await cli.interactive(args.slice(1))
    if (args.length === 0 || args[0] === '--help' || args[0] === '-h' || args[0] === 'help') return cli.help()
    return await cli.single(args)
  } finally {
    cli.close()
  }
}

/** What is configured, and the connection to it. */
class Cli {
  readonly #call: ProgramCall
  readonly #link: Link

  constructor(call: ProgramCall) {
    this.#call = call
    this.#link = new Link(call.endpoint, call.signal)
  }

  close(): void {
    this.#link.close()
  }

  async single(args: readonly string[]): Promise<number> {
    const { command, specs, rest } = commandOf(args)
    const options = parseOptions(rest, specs)
    if (!withoutLogin.includes(command)) {
      const { CLOUDHSM_ROLE: role, CLOUDHSM_PIN: pin } = this.#call.terminal.variables
      if (role !== '' && pin !== '') {
        const colon = pin.indexOf(':')
        const credential = { username: pin.slice(0, colon), password: pin.slice(colon + 1), role }
        const answer = await this.#command('login', credential, clusterOf(options))
        if (answer.error_code !== 0) return this.#print(answer)
      }
    }
    return this.#print(await this.#run(command, specs, options))
  }

  async interactive(args: readonly string[]): Promise<number> {
    const { terminal } = this.#call
    const preset = parseOptions(args, { 'cluster-id': { kind: 'text' } })
    for (;;) {
      terminal.print('aws-cloudhsm > ')
      const line = await terminal.line()
      if (line === undefined) return 0
      try {
        const words = splitLine(line)
        if (words.length === 0) continue
        if (words[0] === 'quit' || words[0] === 'exit') return 0
        if (words[0] === 'help') {
          this.help()
          continue
        }
        const { command, specs, rest } = commandOf(words)
        this.#print(await this.#run(command, specs, { ...preset, ...parseOptions(rest, specs) }))
      } catch (error) {
        if (!(error instanceof UsageError) && !isFileError(error)) throw error
        terminal.complain(`error: ${error.message}\n`)
      }
    }
  }

  help(): number {
    const { terminal } = this.#call
    terminal.print(`Usage: cloudhsm-cli [COMMAND]\n\nCommands:\n  interactive\n`)
    for (const command of Object.keys(commands)) terminal.print(`  ${command}\n`)
    return 0
  }

  #print(envelope: Envelope): number {
    this.#call.terminal.print(`${JSON.stringify(envelope, undefined, 2)}\n`)
    return envelope.error_code === 0 ? 0 : 1
  }

  async #run(command: string, specs: OptionSpecs, options: Options): Promise<Envelope> {
    const sent: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(options)) {
      if (name === 'cluster-id') continue
      const isRead = specs[name]?.kind === 'read' && typeof value === 'string'
      sent[name] = isRead ? (await this.#read(value)).toString('base64') : value
    }
    const secret = specs['password']?.kind
    if (secret !== undefined && sent['password'] === undefined) {
      const password = await this.#ask('Enter password:')
      if (secret === 'new-password' && (await this.#ask('Confirm password:')) !== password)
        return { error_code: 1, data: 'Passwords do not match' }
      sent['password'] = password
    }
    return this.#command(command, sent, clusterOf(options), options)
  }

  /** @param given has the paths that files are written to */
  async #command(command: string, options: object, id: string | undefined, given: Options = {}): Promise<Envelope> {
    const { clusters } = readConfiguration(this.#call.folder, 'cli')
    const [only] = clusters.length === 1 ? clusters : []
    // one that was configured by address has no id
    const named = clusters.find((each) => each.id === id)
    const chosen = id === undefined || (only !== undefined && only.id === undefined) ? only : named
    if (chosen === undefined) {
      const many = clusters.length > 1 && id === undefined
      return {
        error_code: 1,
        data: many ? 'Cluster ID must be provided when multiple clusters are configured' : 'Cluster is not configured',
      }
    }
    const { hsm_ca_file: anchorPath, servers, options: settings } = chosen.cluster
    const anchor = await readFile(anchorPath, 'utf8').catch(() => undefined)
    if (anchor === undefined) return { error_code: 1, data: `Failed to read the trust anchor at ${anchorPath}` }
    const { envelope, files = {} } = await this.#askHsms({
      ...(chosen.id === undefined && id === undefined ? {} : { clusterId: chosen.id ?? id }),
      addresses: servers.map(({ hostname }) => hostname),
      trustAnchorPem: anchor,
      keyAvailabilityCheck: !settings.disable_key_availability_check,
      command,
      options,
    })
    for (const [option, content] of Object.entries(files)) {
      const path = given[option]
      if (typeof path === 'string') await this.#write(path, Buffer.from(content, 'base64'))
    }
    return envelope
  }

  /**
   * When the connection is lost, nobody knows what the command did. A login ends the program then [?], since an answer would look like a
   * refused password.
   */
  async #askHsms(request: { readonly command: string } & Readonly<Record<string, unknown>>): Promise<Answer> {
    try {
      return Value.Parse(answerSchema, await this.#link.ask('/cloudhsm/command', request))
    } catch (error) {
      if (!(error instanceof LinkLost) || request.command === 'login') throw error
      return { envelope: { error_code: 1, data: `Connection to the HSM was lost: ${error.message}` } }
    }
  }

  async #ask(prompt: string): Promise<string> {
    const { terminal } = this.#call
    terminal.print(prompt)
    const answer = await terminal.line()
    terminal.print('\n')
    if (answer === undefined) throw new UsageError('no password was entered')
    return answer
  }

  async #read(path: string): Promise<Buffer> {
    const whole = resolve(this.#call.terminal.folder, path)
    await refuseSpecial(whole)
    return readFile(whole)
  }

  async #write(path: string, content: Uint8Array): Promise<void> {
    const whole = resolve(this.#call.terminal.folder, path)
    await refuseSpecial(whole)
    await writeFile(whole, content, { mode: 0o600 })
  }
}

function isFileError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

/** A pipe or device would be one of the sandbox, not of the program. @throws {UsageError} */
async function refuseSpecial(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile() === false) throw new UsageError(`'${path}' is no regular file`)
}

/** @throws {UsageError} */
function commandOf(words: readonly string[]): FoundCommand {
  const found = findCommand(words)
  if (found === undefined) throw new UsageError(`unrecognized subcommand '${words.slice(0, 3).join(' ')}'`)
  return found
}

function clusterOf({ 'cluster-id': id }: Options): string | undefined {
  return typeof id === 'string' ? id : undefined
}
