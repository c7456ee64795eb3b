import { isThere } from './is-there.ts'
import { createHash, randomBytes } from 'node:crypto'
import { link, open, readdir, readFile, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Makes a file appear with this content: whole or not at all, surviving power loss once it resolved. Never replaces one. What a killed
 * process left half way is cleared by whoever makes the same file with the same content again, as a resume does.
 *
 * @returns `identical` when a file with exactly this content was there already, `different` when it has another
 */
export async function createFileDurably(
  path: string,
  bytes: Uint8Array,
  mode = 0o600,
): Promise<'created' | 'identical' | 'different'> {
  const prefix = `${path}.new-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}-`
  await clear(prefix)
  for (;;) {
    // by chance, so that nobody ever links what another process is still writing
    const made = await makeOnce(path, `${prefix}${randomBytes(8).toString('hex')}`, bytes, mode)
    if (made !== 'taken away') return made
  }
}

/** Removes what was left half way. Another process that makes the very same file right now makes it again. */
async function clear(prefix: string): Promise<void> {
  const folder = dirname(prefix)
  for (const name of await readdir(folder)) {
    if (name.startsWith(basename(prefix))) await removeIfThere(join(folder, name))
  }
}

async function makeOnce(
  path: string,
  fresh: string,
  bytes: Uint8Array,
  mode: number,
): Promise<'created' | 'identical' | 'different' | 'taken away'> {
  try {
    const file = await open(fresh, 'wx', mode)
    try {
      await file.writeFile(bytes)
      await file.datasync()
    } finally {
      await file.close()
    }
    // link, not rename: rename would replace a file that appeared meanwhile
    await link(fresh, path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    // another process makes the very same file at this moment, and cleared ours as one that was left
    if (code === 'ENOENT' && (await isThere(dirname(path)))) return 'taken away'
    if (code !== 'EEXIST') throw error
    const found = await contentOf(path)
    if (found === undefined) return 'taken away'
    if (Buffer.compare(found, bytes) !== 0) return 'different'
    // whoever linked it may have died before the folder was synced
    await syncFolder(dirname(path))
    return 'identical'
  } finally {
    await removeIfThere(fresh)
  }
  await syncFolder(dirname(path))
  return 'created'
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

async function contentOf(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** Makes what was created, linked, renamed or removed in a folder survive power loss. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
