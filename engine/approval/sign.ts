import { readFile } from 'node:fs/promises'
import { approvalNamespace } from '../document/allowed-signers.ts'
import { StepError } from '../step/errors.ts'
import { runSshKeygen } from './ssh-keygen.ts'
import { readSshSignature } from './sshsig.ts'

export interface SigningOptions {
  /** True: a passphrase, a PIN or a touch may be asked for on the terminal. */
  readonly terminal: boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * Signs a text with a key file, a hardware key's stub, or, when the file holds a public key, with the agent that has its other half.
 *
 * @returns the armored signature
 * @throws {StepError} `not-found`, `denied`, `invalid` when the key cannot be used; `authentication` when it did not sign
 */
export async function signText(text: string, keyFile: string, { terminal, signal }: SigningOptions): Promise<string> {
  const fromAgent = await isPublicKey(keyFile)
  const agent = fromAgent ? ['-U'] : []
  const end = await runSshKeygen({
    input: text,
    args: ['-Y', 'sign', '-q', ...agent, '-f', keyFile, '-n', approvalNamespace],
    terminal,
    signal,
  })
  if (end.exitCode === 0 && readSshSignature(end.stdout) !== undefined) return end.stdout
  const why = end.said === '' ? '' : `: ${end.said}`
  throw new StepError('authentication', `key \`${keyFile}\` did not sign${why}`, {
    hint: fromAgent
      ? 'add the key to the agent with `ssh-add`, and see that `SSH_AUTH_SOCK` is set'
      : 'look at its passphrase, PIN or touch; a key with a passphrase needs a terminal or the agent',
  })
}

/** A file with a public key alone says which key of the agent is meant. */
async function isPublicKey(path: string): Promise<boolean> {
  let content: string
  try {
    content = await readFile(path, 'utf8')
  } catch (error) {
    throw unreadable(error, `key \`${path}\``, 'name another with `--key FILE`')
  }
  return /^(ssh|ecdsa|sk)-\S+ /.test(content)
}

/** @param what is read, such as `` key `…` `` */
export function unreadable(error: unknown, what: string, hint: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return new StepError('not-found', `${what} is not there`, { hint })
  if (code === 'EACCES' || code === 'EPERM') return new StepError('denied', `${what} may not be read`, { hint })
  return code === 'EISDIR' ? new StepError('invalid', `${what} is a folder`, { hint }) : error
}
