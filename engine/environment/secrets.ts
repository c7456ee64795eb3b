import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { StepError } from '../step/errors.ts'
import { Secret } from '../step/secret.ts'

/** Asks for a secret on the terminal, without echo. `undefined`: there is no terminal. */
export type AskSecret = (question: string) => Promise<string | undefined>

/**
 * Fetches what a secret reference names.
 *
 * - `env:NAME`: an environment variable
 * - `file:PATH`: a file that only its owner can read, relative to the environment file; one line feed at its end is not part of it
 * - `prompt`: asked for on the terminal
 *
 * @param what names what it is for, in messages and in the prompt
 * @throws {StepError} `not-found`, `denied`, `invalid`
 */
export async function fetchSecret(
  reference: string,
  what: string,
  baseFolder: string,
  ask: AskSecret,
): Promise<Secret> {
  if (reference === 'prompt') return fromPrompt(what, ask)
  const [source, ...rest] = reference.split(':')
  const name = rest.join(':')
  if (source === 'env') return fromVariable(name, what)
  if (source === 'file') return fromFile(resolve(baseFolder, name), reference, what)
  throw new StepError('invalid', `\`${reference}\` is no secret reference`, {
    hint: 'write `env:NAME`, `file:PATH` or `prompt`',
  })
}

function fromVariable(name: string, what: string): Secret {
  const value = process.env[name]
  if (value === undefined || value === '')
    throw new StepError('not-found', `${what}: environment variable \`${name}\` is not set`, {
      hint: `set \`${name}\`, or change the reference`,
    })
  return new Secret(`env:${name}`, value)
}

async function fromFile(path: string, reference: string, what: string): Promise<Secret> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, what, error)
  })
  try {
    const { mode } = await file.stat()
    if ((mode & 0o077) !== 0)
      throw new StepError(
        'denied',
        `${what}: secret file \`${path}\` can be read by others (mode ${(mode & 0o777).toString(8)})`,
        { hint: `chmod 600 ${path}` },
      )
    const text = await file.readFile('utf8').catch((error: unknown) => {
      throw unreadable(path, what, error) // a folder, say
    })
    const value = text.replace(/\r?\n$/, '')
    if (value === '') throw new StepError('invalid', `${what}: secret file \`${path}\` is empty`)
    return new Secret(reference, value)
  } finally {
    await file.close()
  }
}

function unreadable(path: string, what: string, cause: unknown): StepError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable'
  return new StepError('not-found', `${what}: secret file \`${path}\` cannot be read (\`${code}\`)`, { cause })
}

async function fromPrompt(what: string, ask: AskSecret): Promise<Secret> {
  const value = await ask(what)
  if (value === undefined)
    throw new StepError('not-found', `${what}: it is to be typed, and there is no terminal`, {
      hint: 'use `env:NAME` or `file:PATH` where nobody can type',
    })
  // an empty one would be tried, and counted, as any other
  if (value === '') throw new StepError('invalid', `${what}: nothing was typed`)
  return new Secret('prompt', value)
}
