import { mkdir, readFile, unlink } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { createFileDurably, syncFolder } from '../journal/durable-file.ts'
import type { Credential } from '../step/binding-kind.ts'
import { StepError } from '../step/errors.ts'

/**
 * Remembers credentials that were refused, in a state folder: devices lock or erase themselves after a few wrong tries,
 * so no later run, plan or resume tries the same one again until a person says that it changed.
 */
export class RefusedLogins {
  readonly #folder: string

  /** @param statePath the state folder */
  constructor(statePath: string) {
    this.#folder = join(statePath, 'refused-logins')
  }

  /** @throws {StepError} `authentication` when this credential was refused before */
  async throwIfRefused(binding: string, credential: Credential): Promise<void> {
    const refusal = await this.#read(credential)
    if (refusal === undefined) return
    throw new StepError(
      'authentication',
      `binding \`${binding}\`: \`${credential.reference}\` was refused for ${credential.user} at ${credential.device} on ${refusal.at}, and is not tried again by itself`,
      { hint: `mend what it refers to, then say so: \`--credential-changed ${binding}\``, facts: { binding } },
    )
  }

  /** Durable before it returns. */
  async remember(binding: string, credential: Credential): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await syncFolder(dirname(this.#folder))
    const line = { ...credential, binding, at: new Date().toISOString() }
    await createFileDurably(this.#path(credential), Buffer.from(`${JSON.stringify(line)}\n`))
  }

  /** A person said that it changed. */
  async forget(credential: Credential): Promise<void> {
    try {
      await unlink(this.#path(credential))
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
      throw error
    }
    await syncFolder(this.#folder)
  }

  async #read(credential: Credential): Promise<{ readonly at: string } | undefined> {
    try {
      return JSON.parse(await readFile(this.#path(credential), 'utf8')) as { readonly at: string } // written by `remember` alone
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }

  #path({ device, user, reference }: Credential): string {
    const digest = createHash('sha256')
      .update(JSON.stringify([device, user, reference]))
      .digest('hex')
    return join(this.#folder, `${digest}.json`)
  }
}
