import { isThere } from '../../journal/is-there.ts'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { AllowedSignersFile } from '../../document/environment.ts'
import { UsageError } from '../usage-error.ts'

/** The key to sign with. */
export interface FoundKey {
  /** A private key, a hardware key's stub, or a public key whose other half the agent has. */
  readonly path: string
  /** Why this one, in words. */
  readonly because: string
}

/** Tried in this order, as files and, where only the public half is there, in the agent. */
const standardNames = ['id_ed25519', 'id_ed25519_sk', 'id_ecdsa', 'id_ecdsa_sk', 'id_rsa']

/**
 * Finds the key: `--key`, else `$RUNBOOK_APPROVAL_KEY`, else the first there is of those that `ssh` uses.
 *
 * @throws {UsageError} when there is none
 */
export async function findKey(given: string | undefined, env: NodeJS.ProcessEnv = process.env): Promise<FoundKey> {
  if (given !== undefined) return { path: resolve(given), because: '--key' }
  const named = env['RUNBOOK_APPROVAL_KEY']
  if (named) return { path: resolve(named), because: '$RUNBOOK_APPROVAL_KEY' }
  const folder = join(env['HOME'] ?? homedir(), '.ssh')
  for (const name of standardNames) {
    for (const path of [join(folder, name), join(folder, `${name}.pub`)]) {
      if (await isThere(path)) return { path, because: `the first in ${folder}` }
    }
  }
  throw new UsageError(
    `there is no key to sign with: none in \`${folder}\``,
    'add `--key FILE`, or set `RUNBOOK_APPROVAL_KEY`; `ssh-keygen -t ed25519` makes one',
  )
}

/** The one principal whose key it is by the allowed signers; `undefined` when they name none, several or a pattern. */
export async function principalOfKey(
  { path }: FoundKey,
  signers: AllowedSignersFile | undefined,
): Promise<string | undefined> {
  const key = await publicHalf(path)
  const names = signers?.signers.flatMap(({ keyBase64, principals }) => (keyBase64 === key ? principals : []))
  const [only, another] = new Set(names)
  return another !== undefined || only === undefined || /[*?!]/.test(only) ? undefined : only
}

async function publicHalf(path: string): Promise<string | undefined> {
  for (const each of [`${path}.pub`, path]) {
    try {
      const [, key] = /^(?:ssh|ecdsa|sk)-\S+ (\S+)/.exec(await readFile(each, 'utf8')) ?? []
      if (key !== undefined) return key
    } catch {
      // signing tells what is wrong with the key
    }
  }
  return undefined
}
