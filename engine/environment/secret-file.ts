import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { StepError } from '../step/errors.ts'

/** What any place of secrets can hold, and more than any secret needs. */
const largestBytes = 65_536

/**
 * Reads a secret file: a plain file of whoever runs this, that nobody else can read or write, UTF-8. One line end at its end is not
 * part of the secret.
 *
 * @param what names what it is for, in messages
 * @throws {StepError} `not-found`, `denied`, `invalid`
 */
export async function readSecretFile(path: string, what: string): Promise<string> {
  const refused = (code: 'denied' | 'invalid', why: string, hint: string): StepError =>
    new StepError(code, `${what}: secret file \`${path}\` ${why}`, { hint })
  // a link is not followed, and a pipe not waited for
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: unknown) => {
      if (systemCode(error) === 'ELOOP')
        throw refused('denied', 'is a symbolic link, which may be pointed elsewhere', 'name the file itself')
      throw unreadable(path, what, error)
    },
  )
  try {
    const status = await file.stat()
    if (status.isDirectory()) throw refused('invalid', 'is a folder', 'name a file')
    if (!status.isFile()) throw refused('invalid', 'is a pipe or device, not a plain file', 'name a plain file')
    const own = process.geteuid?.()
    if (own !== undefined && status.uid !== own)
      throw refused(
        'denied',
        `belongs to another user (\`${status.uid}\`, not \`${own}\`)`,
        'make a copy of your own, mode 600',
      )
    if ((status.mode & 0o077) !== 0)
      throw refused(
        'denied',
        `can be read or written by others (mode ${(status.mode & 0o777).toString(8)})`,
        `chmod 600 ${path}`,
      )
    if (status.size > largestBytes)
      throw refused('invalid', `is larger than ${largestBytes} bytes`, 'name another file')
    const value = decoded(await contentOf(file, path, what))
    if (value === undefined) throw refused('invalid', 'is not UTF-8 text', 'save it as UTF-8')
    if (value === '') throw refused('invalid', 'is empty', 'write the secret into it')
    return value
  } finally {
    await file.close()
  }
}

async function contentOf(file: FileHandle, path: string, what: string): Promise<Uint8Array> {
  return file.readFile().catch((error: unknown) => {
    throw unreadable(path, what, error)
  })
}

/** Anything else would be tried, and counted, as another secret. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).replace(/\r?\n$/, '')
  } catch {
    return undefined
  }
}

function unreadable(path: string, what: string, cause: unknown): StepError {
  const code = systemCode(cause) ?? 'unreadable'
  return new StepError(
    code === 'EACCES' ? 'denied' : 'not-found',
    `${what}: secret file \`${path}\` cannot be read (\`${code}\`)`,
    { cause },
  )
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
