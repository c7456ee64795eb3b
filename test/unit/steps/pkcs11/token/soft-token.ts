import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openModule, type Pkcs11Module } from '../../../../../steps/pkcs11/token/module.ts'
import { openToken, type Pkcs11Token } from '../../../../../steps/pkcs11/token/token.ts'
import { Secret } from '../../../../../engine/step/secret.ts'

export const library = '/usr/lib/softhsm/libsofthsm2.so'
export const userPin = 'cu:1234' // the form of CloudHSM
export const pin = new Secret('env:TOKEN_PIN', userPin)
export const never = new AbortController().signal

/** A folder of SoftHSM tokens with its own configuration. */
export class SoftTokens {
  readonly folder = mkdtempSync(join(tmpdir(), 'runbook-token-'))
  readonly configuration = join(this.folder, 'softhsm2.conf')
  readonly environment = { SOFTHSM2_CONF: this.configuration }
  #module: Pkcs11Module | undefined

  constructor(...labels: readonly string[]) {
    mkdirSync(join(this.folder, 'tokens'), { mode: 0o700 })
    writeFileSync(this.configuration, `directories.tokendir = ${join(this.folder, 'tokens')}\nlog.level = ERROR\n`)
    for (const label of labels) this.initialize(label)
  }

  initialize(label: string): void {
    const pins = ['--so-pin', 'so-12345678', '--pin', userPin]
    this.run('softhsm2-util', ['--init-token', '--free', '--label', label, ...pins])
  }

  run(program: string, args: readonly string[]): string {
    const env = { ...process.env, ...this.environment }
    return execFileSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }

  /** OpenSC's pkcs11-tool, logged in, as an independent judge. */
  judge(label: string, ...args: readonly string[]): string {
    return this.run('pkcs11-tool', ['--module', library, '--token-label', label, '--login', '--pin', userPin, ...args])
  }

  async module(): Promise<Pkcs11Module> {
    return (this.#module ??= await openModule({ path: library, environment: this.environment }))
  }

  /** Opened and logged in. */
  async open(label: string): Promise<Pkcs11Token> {
    const token = await openToken(await this.module(), { label }, never)
    await token.login(pin, never)
    return token
  }

  /** Asks openssl whether the signature is good. */
  verify(spki: Uint8Array, digest: string, data: Uint8Array, signature: Uint8Array): string {
    const file = (name: string, bytes: Uint8Array): string => {
      writeFileSync(join(this.folder, name), bytes)
      return join(this.folder, name)
    }
    const key = ['-verify', file('key.der', spki), '-keyform', 'DER']
    return this.run('openssl', [
      'dgst',
      digest,
      ...key,
      '-signature',
      file('sig', signature),
      file('data', data),
    ]).trim()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#module?.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
