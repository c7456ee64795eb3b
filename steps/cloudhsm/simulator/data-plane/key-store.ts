import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { StepError } from '../../../../engine/step/errors.ts'
import { Connection } from '../../../pkcs11/token/connection.ts'
import type { Handle, SlotToken } from '../../../pkcs11/token/protocol.ts'
import type { Session } from '../../../pkcs11/token/sessions.ts'
import { writeConfiguration } from '../../../pkcs11/token/soft-token.ts'
import { findSoftHsmLibrary } from '../../../pkcs11/token/softhsm-library.ts'
import { processPort } from '../../../pkcs11/token/worker-port.ts'
import type { HsmUser } from '../data-plane-state.ts'
import { CliError } from './cli-error.ts'
import { unseal } from './passwords.ts'

export type Token = NonNullable<HsmUser['token']>

interface Open {
  /** Tells a token from one that was put in its place. */
  readonly inode: number
  readonly handle: Handle
}

/**
 * The keys in the simulated HSMs: SoftHSM tokens, one for each crypto user, in a process of their own, since a process reads
 * one configuration of SoftHSM and the engine's has its own. It starts on use.
 */
export class KeyStore {
  readonly #folder: string
  readonly #tokenFolder: string
  #connection: Promise<Connection> | undefined
  readonly #open = new Map<string, Open>()
  /** The tokens that there were when the module was initialised. */
  #known = ''

  constructor({ folder, tokenFolder }: { readonly folder: string; readonly tokenFolder: string }) {
    this.#folder = folder
    this.#tokenFolder = tokenFolder
  }

  /** Runs `body` in a session that is logged in to the token. Calls come one after the other. */
  async use<T>(token: Token, body: (session: Session) => Promise<T>): Promise<T> {
    const connection = await this.#connected()
    const { handle } = await this.#opened(connection, token)
    try {
      return await body(sessionOf(connection, handle))
    } catch (error) {
      if (StepError.is(error)) await this.#drop(connection, token)
      throw error
    }
  }

  /**
   * Has the security officer do something between two logins of the user. Private session objects are gone afterwards, public ones are
   * not; the user's handles are not good any more.
   */
  async asOfficer(token: Token, body: (session: Session) => Promise<void>): Promise<void> {
    const connection = await this.#connected()
    const { handle } = await this.#opened(connection, token)
    const session = sessionOf(connection, handle)
    await session.call('logout', {})
    await session.call('login', { pin: Buffer.from(token.soPin), officer: true })
    await body(session)
    await session.call('logout', {})
    await session.call('login', { pin: Buffer.from(unseal(token.sealedPin, token.soPin)) })
  }

  /** Gives the user the PIN that is sealed in `token`. */
  async setPin(token: Token): Promise<void> {
    const connection = await this.#connected()
    await this.#drop(connection, token)
    const handle = await this.#session(connection, token)
    const session = sessionOf(connection, handle)
    await session.call('login', { pin: Buffer.from(token.soPin), officer: true })
    await session.call('setPin', { pin: Buffer.from(unseal(token.sealedPin, token.soPin)) })
    await connection.call('closeSession', { session: handle }, where(token))
  }

  async stop(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined)
    this.#connection = undefined
    this.#open.clear()
    await connection?.close()
  }

  #connected(): Promise<Connection> {
    this.#connection ??= this.#start().catch((error: unknown) => {
      this.#connection = undefined
      throw error
    })
    return this.#connection
  }

  async #start(): Promise<Connection> {
    const environment = { SOFTHSM2_CONF: await writeConfiguration(this.#folder, this.#tokenFolder) }
    const connection = new Connection(processPort(environment))
    const request = { path: findSoftHsmLibrary(), environment, faults: undefined }
    this.#known = this.#names()
    await connection.call('initialize', request, { where: 'SoftHSM' })
    return connection
  }

  async #opened(connection: Connection, token: Token): Promise<Open> {
    const inode = this.#inode(token)
    const known = this.#open.get(token.serial)
    if (known?.inode === inode) return known
    // the module still has what was there before, and fails over a token that was taken away
    if (known !== undefined || this.#names() !== this.#known) await this.#forgetAll(connection)
    const open = { inode, handle: await this.#session(connection, token) }
    const login = () => {
      const pin = Buffer.from(unseal(token.sealedPin, token.soPin))
      return connection.call('login', { session: open.handle, pin }, where(token))
    }
    try {
      await login()
    } catch (error) {
      if (!StepError.is(error) || error.code !== 'authentication') throw error
      // power was lost between a new password and its PIN
      await connection.call('closeSession', { session: open.handle }, where(token))
      await this.setPin(token)
      return this.#opened(connection, token)
    }
    this.#open.set(token.serial, open)
    return open
  }

  #inode(token: Token): number {
    const stats = statSync(join(this.#tokenFolder, token.folder, 'token.object'), { throwIfNoEntry: false })
    if (stats === undefined) throw new CliError('HSM is not available')
    return stats.ino
  }

  /** Tokens that came after the module was initialised show up when it is again. */
  async #session(connection: Connection, token: Token): Promise<Handle> {
    const find = async (): Promise<SlotToken | undefined> => {
      const tokens = await connection.call('listTokens', {}, where(token))
      return tokens.find(({ serial }) => serial.trim() === token.serial)
    }
    let found = await find()
    if (found === undefined) {
      await this.#forgetAll(connection)
      found = await find()
    }
    if (found === undefined) throw new CliError('HSM is not available')
    return connection.call('openSession', { slot: found.slot }, where(token))
  }

  /** The tokens that there are. */
  #names(): string {
    return readdirSync(this.#tokenFolder).toSorted().join(' ')
  }

  async #forgetAll(connection: Connection): Promise<void> {
    this.#open.clear()
    this.#known = this.#names()
    await connection.call('reinitialize', {}, { where: 'SoftHSM' })
  }

  async #drop(connection: Connection, token: Token): Promise<void> {
    const known = this.#open.get(token.serial)
    if (known === undefined) return
    this.#open.delete(token.serial)
    await connection.call('closeSession', { session: known.handle }, where(token)).catch(() => undefined)
  }
}

function where(token: Token): { readonly where: string } {
  return { where: `token \`${token.label}\`` }
}

function sessionOf(connection: Connection, handle: Handle): Session {
  const call: Session['call'] = (operation, request) =>
    connection.call(operation, { ...request, session: handle }, { where: 'a simulated HSM' })
  return { call, cleanUp: call, keys: new Map() }
}
