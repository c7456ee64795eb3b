// @ts-check
/**
 * `cloudhsm-cli`: one command with `CLOUDHSM_ROLE` and `CLOUDHSM_PIN`, or `interactive`. The envelope goes to stdout. Files that options name
 * are read and written here, as the HSMs see none of them.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseOptions, splitLine, UsageError, usageError } from './client-arguments.mjs'
import { commands, findCommand, withoutLogin } from './client-commands.mjs'
import { readConfiguration } from './client-configuration.mjs'
import { Link, LinkLost } from './client-link.mjs'
import { AnswerLines } from './client-lines.mjs'

/** @typedef {import('./client-arguments.mjs').Options} Options */
/** @typedef {import('./client-arguments.mjs').OptionSpecs} OptionSpecs */
/** @typedef {{ error_code: number, data: unknown }} Envelope */

/**
 * @param {{ folder: string, endpoint: string, args: readonly string[] }} call
 * @returns {Promise<number>} exit code: 0, 1 when the command failed ([?] of the real program), 2 for wrong usage
 */
export async function runCli({ folder, endpoint, args }) {
  const client = new Client(folder, endpoint)
  try {
    if (args[0] === 'interactive') return await interactive(client, args.slice(1))
    if (args.length === 0 || args[0] === '--help' || args[0] === '-h' || args[0] === 'help') return help()
    return await single(client, args)
  } catch (error) {
    if (error instanceof UsageError) return usageError(error.message)
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  } finally {
    client.close()
  }
}

/** @param {Client} client @param {readonly string[]} args */
async function single(client, args) {
  const { command, specs, rest } = commandOf(args)
  const options = parseOptions(rest, specs)
  if (!withoutLogin.includes(command)) {
    const [role, pin] = [process.env['CLOUDHSM_ROLE'], process.env['CLOUDHSM_PIN']]
    if (role !== undefined && pin !== undefined) {
      const colon = pin.indexOf(':')
      const credential = { username: pin.slice(0, colon), password: pin.slice(colon + 1), role }
      const answer = await client.command('login', credential, cluster(options))
      if (answer.error_code !== 0) return print(answer)
    }
  }
  return print(await client.run(command, specs, options))
}

/** @param {Client} client @param {readonly string[]} args */
async function interactive(client, args) {
  const preset = parseOptions(args, { 'cluster-id': { kind: 'text' } })
  for (;;) {
    process.stdout.write('aws-cloudhsm > ')
    const line = await client.answers.next()
    if (line === undefined) return 0
    try {
      const words = splitLine(line)
      if (words.length === 0) continue
      if (words[0] === 'quit' || words[0] === 'exit') return 0
      if (words[0] === 'help') {
        help()
        continue
      }
      const { command, specs, rest } = commandOf(words)
      print(await client.run(command, specs, { ...preset, ...parseOptions(rest, specs) }))
    } catch (error) {
      if (!(error instanceof UsageError) && !isFileError(error)) throw error
      process.stderr.write(`error: ${error.message}\n`)
    }
  }
}

/** @param {unknown} error @returns {error is Error} */
const isFileError = (error) => error instanceof Error && 'code' in error && typeof error.code === 'string'

/** @param {readonly string[]} words */
function commandOf(words) {
  const found = findCommand(words)
  if (found === undefined) throw new UsageError(`unrecognized subcommand '${words.slice(0, 3).join(' ')}'`)
  return found
}

/** @param {Options} options @returns {string | undefined} */
const cluster = (options) => (typeof options['cluster-id'] === 'string' ? options['cluster-id'] : undefined)

/**
 * What becomes of a command whose connection is lost: nobody knows what it did. A login ends the program [?], since an answer would look
 * like a refused password.
 *
 * @param {unknown} error
 * @param {string} command
 */
function lost(error, command) {
  if (!(error instanceof LinkLost) || command === 'login') throw error
  return { envelope: { error_code: 1, data: `Connection to the HSM was lost: ${error.message}` }, files: {} }
}

/** @param {Envelope} envelope @returns {number} */
function print(envelope) {
  process.stdout.write(`${JSON.stringify(envelope, undefined, 2)}\n`)
  return envelope.error_code === 0 ? 0 : 1
}

function help() {
  process.stdout.write(`Usage: cloudhsm-cli [COMMAND]\n\nCommands:\n  interactive\n`)
  for (const command of Object.keys(commands)) process.stdout.write(`  ${command}\n`)
  return 0
}

/** What is configured, and the connection to it. */
class Client {
  #folder
  #link
  answers = new AnswerLines()

  /** @param {string} folder @param {string} endpoint */
  constructor(folder, endpoint) {
    this.#folder = folder
    this.#link = new Link(endpoint)
  }

  close() {
    this.#link.close()
    this.answers.close()
  }

  /**
   * @param {string} command
   * @param {OptionSpecs} specs
   * @param {Options} options
   * @returns {Promise<Envelope>}
   */
  async run(command, specs, options) {
    /** @type {{ [option: string]: unknown }} */
    const sent = {}
    for (const [name, value] of Object.entries(options)) {
      if (name === 'cluster-id') continue
      const kind = specs[name]?.kind
      sent[name] = kind === 'read' && typeof value === 'string' ? readFileSync(value).toString('base64') : value
    }
    const secret = specs['password']?.kind
    if (secret !== undefined && sent['password'] === undefined) {
      const password = await this.#ask('Enter password:')
      if (secret === 'new-password' && (await this.#ask('Confirm password:')) !== password) {
        return { error_code: 1, data: 'Passwords do not match' }
      }
      sent['password'] = password
    }
    return this.command(command, sent, cluster(options), options)
  }

  /**
   * @param {string} command
   * @param {object} options
   * @param {string | undefined} id
   * @param {Options} [given] has the paths that files are written to
   * @returns {Promise<Envelope>}
   */
  async command(command, options, id, given = {}) {
    const { clusters } = readConfiguration(this.#folder, 'cli')
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
    let anchor = ''
    try {
      anchor = readFileSync(anchorPath, 'utf8')
    } catch {
      return { error_code: 1, data: `Failed to read the trust anchor at ${anchorPath}` }
    }
    const request = {
      ...(chosen.id === undefined && id === undefined ? {} : { clusterId: chosen.id ?? id }),
      addresses: servers.map(({ hostname }) => hostname),
      trustAnchorPem: anchor,
      keyAvailabilityCheck: !settings.disable_key_availability_check,
      command,
      options,
    }
    const { envelope, files } = await this.#link
      .ask('/cloudhsm/command', request)
      .catch((/** @type {unknown} */ error) => lost(error, command))
    for (const [option, content] of Object.entries(files ?? {})) {
      const path = given[option]
      if (typeof path === 'string') writeFileSync(path, Buffer.from(String(content), 'base64'), { mode: 0o600 })
    }
    return envelope
  }

  /** @param {string} prompt */
  async #ask(prompt) {
    process.stdout.write(prompt)
    const answer = await this.answers.next()
    process.stdout.write('\n')
    if (answer === undefined) throw new UsageError('no password was entered')
    return answer
  }
}
