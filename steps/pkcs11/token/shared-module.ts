import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { StepError } from '../../../engine/step/errors.ts'
import { Connection, type CallOptions } from './connection.ts'
import { claimEnvironment } from './environment.ts'
import { ObjectLock } from './object-lock.ts'
import type { AnswerOf, OperationName, RequestOf, SlotToken } from './protocol.ts'

/** Who is logged in to one token of a module: PKCS#11 has one login per application and token. */
export interface Login {
  /** Keyed digest of the PIN, to tell another one from the same. */
  readonly digest: string
  readonly reference: string
  /** False: something else in this process had logged in before, so it is not ours to end. */
  readonly ours: boolean
  users: number
}

/** A PKCS#11 module that is initialised in this process: one thread, one state, whoever uses it. */
export class SharedModule {
  readonly path: string
  readonly sha256: string
  readonly environment: Readonly<Record<string, string>>
  /** By the token's serial number. */
  readonly logins = new Map<string, Login>()
  /** One at a time for each token, as the second login needs to see how the first went. */
  readonly loggingIn = new Map<string, Promise<unknown>>()
  users = 0
  openTokens = 0
  readonly #connection: Connection
  readonly #objectLocks = new Map<string, ObjectLock>()
  readonly #giveBack: () => void

  private constructor(
    path: string,
    sha256: string,
    environment: Readonly<Record<string, string>>,
    giveBack: () => void,
  ) {
    this.path = path
    this.sha256 = sha256
    this.environment = environment
    this.#giveBack = giveBack
    this.#connection = new Connection()
  }

  /**
   * @param path resolved and absolute
   * @throws {StepError} `invalid` when the file is no PKCS#11 library, `conflict` when something else in this process initialised it
   */
  static async start(
    path: string,
    environment: Readonly<Record<string, string>>,
    faults: string | undefined,
  ): Promise<SharedModule> {
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
    const giveBack = claimEnvironment(environment)
    const module = new SharedModule(path, sha256, environment, giveBack)
    try {
      await module.call('initialize', { path, environment, faults })
      return module
    } catch (error) {
      await module.#end()
      throw error
    }
  }

  call<K extends OperationName>(
    operation: K,
    request: RequestOf<K>,
    options: CallOptions = { where: `module \`${this.path}\`` },
  ): Promise<AnswerOf<K>> {
    return this.#connection.call(operation, request, options)
  }

  /** One for all who use the token in this process. */
  objectLock(serial: string): ObjectLock {
    const lock = this.#objectLocks.get(serial) ?? new ObjectLock()
    this.#objectLocks.set(serial, lock)
    return lock
  }

  /** Initialised tokens only. */
  async listTokens(): Promise<readonly SlotToken[]> {
    const tokens = await this.call('listTokens', {})
    return tokens.filter((token) => token.initialized).map(trimmed)
  }

  /**
   * Initialises again, so that tokens made since show up.
   *
   * @throws {StepError} `in-use` when a token is open: its sessions and login would be lost
   */
  async refresh(): Promise<void> {
    if (this.openTokens > 0) {
      throw new StepError('in-use', `module \`${this.path}\` has ${this.openTokens} open tokens, wanted none`)
    }
    await this.call('reinitialize', {})
  }

  async stop(): Promise<void> {
    try {
      await this.call('finalize', {})
    } finally {
      await this.#end()
    }
  }

  async #end(): Promise<void> {
    await this.#connection.close()
    this.#giveBack()
  }
}

/** PKCS#11 pads texts with blanks; some modules pad with NUL. */
function trimmed(token: SlotToken): SlotToken {
  const text = (value: string): string => value.replace(/[\0 ]+$/, '')
  return {
    ...token,
    label: text(token.label),
    serial: text(token.serial),
    manufacturer: text(token.manufacturer),
    model: text(token.model),
  }
}
