import { constants } from 'node:fs'
import { open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Folder } from '../../engine/step/capabilities.ts'
import { createFileDurably, syncFolder } from '../../engine/step/durable-file.ts'
import { StepError } from '../../engine/step/errors.ts'
import { checkFileName } from './file-name.ts'
import { folderError } from './folder-error.ts'

/** Readable by all whom the umask lets: certificates and lists are made to be read. */
const mode = 0o644

/**
 * A folder of this machine. Names are plain file names; a symbolic link under such a name is never followed.
 *
 * @param path absolute
 */
export function localFolder(path: string): Folder {
  // one after the other: two writers of one name in one process would share its half-written file
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }
  return {
    path,
    read: (name) => read(path, name),
    create: (name, bytes) => inTurn(() => create(path, name, bytes)),
    remove: (name, bytes) => inTurn(() => remove(path, name, bytes)),
  }
}

async function read(folder: string, name: string): Promise<Uint8Array | undefined> {
  checkFileName(name)
  try {
    const file = await open(join(folder, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      if (!(await file.stat()).isFile()) throw notPlain(folder, name)
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOOP') throw notPlain(folder, name)
    if (await isMissing(error, folder)) return undefined
    throw folderError(error, `read \`${name}\` in folder \`${folder}\``)
  }
}

async function create(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const there = await read(folder, name)
  if (there !== undefined && Buffer.compare(there, bytes) !== 0) throw another(folder, name)
  try {
    // also when it is there: whoever made it may have died before the folder was synced
    if ((await createFileDurably(join(folder, name), bytes, mode)) === 'different') throw another(folder, name)
  } catch (error) {
    throw folderError(error, `write \`${name}\` in folder \`${folder}\``)
  }
}

async function remove(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const there = await read(folder, name)
  if (there === undefined) return
  if (Buffer.compare(there, bytes) !== 0) throw another(folder, name)
  try {
    await unlink(join(folder, name))
    await syncFolder(folder)
  } catch (error) {
    throw folderError(error, `remove \`${name}\` from folder \`${folder}\``)
  }
}

/** A missing file, in a folder that is there: a folder that is gone must not look empty. */
async function isMissing(error: unknown, folder: string): Promise<boolean> {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) return false
  const there = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY).catch((gone: unknown) => {
    throw folderError(gone, `open folder \`${folder}\``)
  })
  await there.close()
  return true
}

function another(folder: string, name: string): StepError {
  return new StepError('conflict', `\`${name}\` in folder \`${folder}\` has another content`, {
    hint: 'compare the two, then remove one or choose another name',
  })
}

function notPlain(folder: string, name: string): StepError {
  return new StepError('conflict', `\`${name}\` in folder \`${folder}\` is no plain file`, {
    hint: 'remove what is there or choose another name',
  })
}
