import { randomBytes } from 'node:crypto'
import { link, open, readFile, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a file appear with this content: whole or not at all, surviving power loss once it resolved. Never replaces one.
 *
 * @returns `identical` when a file with exactly this content was there already, `different` when it has another
 */
export async function createFileDurably(
  path: string,
  bytes: Uint8Array,
  mode = 0o600,
): Promise<'created' | 'identical' | 'different'> {
  // by chance, not by process id: what a killed process of that id left may be a second name of `path`, and writing to it would replace it
  const fresh = `${path}.new-${randomBytes(8).toString('hex')}`
  const file = await open(fresh, 'wx', mode)
  try {
    try {
      await file.writeFile(bytes)
      await file.datasync()
    } finally {
      await file.close()
    }
    // link, not rename: rename would replace a file that appeared meanwhile
    await link(fresh, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    if (Buffer.compare(await readFile(path), bytes) !== 0) return 'different'
    // whoever linked it may have died before the folder was synced
    await syncFolder(dirname(path))
    return 'identical'
  } finally {
    await unlink(fresh)
  }
  await syncFolder(dirname(path))
  return 'created'
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
