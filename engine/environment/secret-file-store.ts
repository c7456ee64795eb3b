import { link, lstat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createFileDurably, syncFolder } from '../journal/durable-file.ts'
import { StepError } from '../step/errors.ts'
import { readSecretFile } from './secret-file.ts'

/** What storing needs of a file system, so that tests can lose power between any two of them. */
export interface SecretFiles {
  /** Makes a file of mode 600 appear, whole or not at all, durably. Never replaces one. */
  createDurably(path: string, bytes: Uint8Array): Promise<'created' | 'identical' | 'different'>
  /** Gives a file a second name. Durable after {@link syncFolder}. */
  link(path: string, second: string): Promise<'linked' | 'exists'>
  syncFolder(path: string): Promise<void>
  exists(path: string): Promise<boolean>
  /** Whether two names are of one file. */
  isSame(path: string, other: string): Promise<boolean>
  /** As {@link readSecretFile}. */
  read(path: string, what: string): Promise<string>
}

/** Which file, for which effect, and what for (in messages). */
export interface FilePlace {
  readonly path: string
  readonly effectId: string
  readonly what: string
}

/*
 * A stored secret is one file with two names: `PATH` and `PATH.made-by-EFFECT`. The second one appears first, whole and durable, and
 * is what says whose the file is. After a crash:
 *
 * 1. neither name is there: nothing was stored;
 * 2. only the second: it holds the secret, and gets its first name now;
 * 3. both, of one file: it was stored;
 * 4. `PATH` is another file, or the only one: somebody else's, and a conflict.
 */

/**
 * What the effect stored in a file, with both its names durable.
 *
 * @returns `undefined` when there is no such file
 * @throws {StepError} `conflict` when the file is somebody else's
 */
export async function readStoredFile(place: FilePlace, files = localSecretFiles): Promise<string | undefined> {
  const mark = markOf(place)
  if (await files.exists(mark)) return named(place, files)
  if (await files.exists(place.path)) throw conflict(place)
  return undefined
}

/**
 * Stores a secret in a new file. Durable when it resolves.
 *
 * @throws {StepError} `conflict` when there is one
 */
export async function createStoredFile(place: FilePlace, value: string, files = localSecretFiles): Promise<void> {
  const made = await files.createDurably(markOf(place), Buffer.from(value, 'utf8')).catch((error: unknown) => {
    throw unmade(place, error)
  })
  if (made === 'different') throw conflict(place)
  await named(place, files)
}

async function named(place: FilePlace, files: SecretFiles): Promise<string> {
  const { path, what } = place
  const mark = markOf(place)
  if ((await files.link(mark, path)) === 'exists' && !(await files.isSame(mark, path))) throw conflict(place)
  // also when it was there: whoever linked it may have died before the folder was synced
  await files.syncFolder(dirname(path))
  return files.read(path, what)
}

function unmade({ path, what }: FilePlace, cause: unknown): StepError {
  const system = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  const missing = system === 'ENOENT' || system === 'ENOTDIR'
  const code = missing ? 'not-found' : system === 'EACCES' || system === 'EROFS' ? 'denied' : 'transient'
  return new StepError(code, `${what}: secret file \`${path}\` cannot be made (\`${system}\`)`, {
    ...(missing ? { hint: 'make the folder first, mode 700' } : {}),
    cause,
  })
}

function markOf({ path, effectId }: FilePlace): string {
  return `${path}.made-by-${effectId}`
}

function conflict({ path, what, effectId }: FilePlace): StepError {
  return new StepError(
    'conflict',
    `${what}: \`${path}\` is there already, and effect \`${effectId}\` did not make it`,
    {
      hint: 'name another file, or look whose it is and move it away',
    },
  )
}

/** The machine's file system. */
export const localSecretFiles: SecretFiles = {
  createDurably: createFileDurably,
  async link(path, second) {
    try {
      await link(path, second)
      return 'linked'
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return 'exists'
      throw error
    }
  },
  syncFolder,
  async exists(path) {
    return (await statusOf(path)) !== undefined
  },
  async isSame(path, other) {
    const [one, two] = [await statusOf(path), await statusOf(other)]
    return one !== undefined && one.ino === two?.ino && one.dev === two.dev
  },
  read: readSecretFile,
}

/** Of the name itself: a link is not followed. */
async function statusOf(path: string): Promise<{ readonly ino: bigint; readonly dev: bigint } | undefined> {
  try {
    return await lstat(path, { bigint: true })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
