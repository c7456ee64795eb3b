import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SignerFiles } from '../../../../engine/approval/check-signature.ts'

/** A folder with keys that `ssh-keygen` made, and an `allowed_signers` file of them. */
export class Signers implements Disposable {
  readonly dir = realpathSync(mkdtempSync(join(tmpdir(), 'runbook-signers-')))
  readonly allowedSigners = join(this.dir, 'allowed_signers')

  /** @param names of keys that are made, and of the principals whose keys they are */
  constructor(...names: readonly string[]) {
    for (const name of names) this.makeKey(name)
    this.allow(...names.map((name) => this.line(name)))
  }

  makeKey(name: string, { passphrase = '', type = 'ed25519' } = {}): string {
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', name, '-f', this.key(name)])
    return this.key(name)
  }

  key(name: string): string {
    return join(this.dir, name)
  }

  publicKey(name: string): string {
    return readFileSync(`${this.key(name)}.pub`, 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ')
  }

  line(name: string, { principals = name, options = '' } = {}): string {
    return [principals, ...(options === '' ? [] : [options]), this.publicKey(name)].join(' ')
  }

  allow(...lines: readonly string[]): void {
    writeFileSync(this.allowedSigners, lines.map((line) => `${line}\n`).join(''))
  }

  /** @param revoked names of keys that count no more */
  files(...revoked: readonly string[]): SignerFiles {
    if (revoked.length === 0) return { allowedSigners: this.allowedSigners, revokedKeys: undefined }
    const revokedKeys = join(this.dir, 'revoked')
    writeFileSync(revokedKeys, revoked.map((name) => `${this.publicKey(name)}\n`).join(''))
    return { allowedSigners: this.allowedSigners, revokedKeys }
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true })
  }
}
