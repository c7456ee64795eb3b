import { constants, fstatSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createFileDurably, syncFolder } from './durable-file.ts'
import { JournalError } from './journal-error.ts'

/**
 * The few things a journal needs of a file system, so that tests can lose power between any two of them.
 *
 * Assumed of the real one: a local file system on which a write that was fdatasynced survives power loss, and a link or
 * rename survives it once the folder was fsynced; writing bytes over the same bytes leaves them so, whenever the power goes. Not
 * assumed: that an unsynced write is torn at a line, or at all; that what can be read is durable; that a sync which follows a failed
 * one tells the truth about what was written before.
 */
export interface Disk {
  /** Makes the file appear with this content, both durable. Never replaces one. */
  createDurably(path: string, content: Uint8Array): Promise<'created' | 'identical' | 'different'>
  /** The file from its beginning, in chunks that are not used again. */
  read(path: string): AsyncIterable<Buffer>
  /**
   * Opens for adding. Resolves when `tail`, and the file's name, survive power loss: `tail` is written again over itself, because after
   * a failed sync of a dead process the system may show bytes that are not on the disk and take them for written.
   */
  openForAppend(path: string, tail?: { readonly offset: number; readonly bytes: Uint8Array }): Promise<AppendingFile>
}

export interface AppendingFile {
  /** Adds bytes at the end; resolves when they survive power loss. */
  appendDurably(bytes: Uint8Array): Promise<void>
  /** Cuts the file; resolves when the cut survives power loss. */
  truncateDurably(length: number): Promise<void>
  close(): Promise<void>
}

/** The machine's file system. */
export const localDisk: Disk = {
  createDurably: createFileDurably,

  async *read(path) {
    const file = await open(path, 'r')
    try {
      for (;;) {
        const chunk = Buffer.allocUnsafeSlow(1 << 18)
        const { bytesRead } = await file.read(chunk, 0, chunk.length)
        if (bytesRead === 0) return
        yield chunk.subarray(0, bytesRead)
      }
    } finally {
      await file.close()
    }
  },

  async openForAppend(path, tail) {
    if (tail !== undefined) await writeAgain(path, tail.offset, tail.bytes)
    const file = await open(path, constants.O_WRONLY | constants.O_APPEND)
    try {
      await file.sync()
      await syncFolder(dirname(path))
    } catch (error) {
      await file.close()
      throw error
    }
    return {
      async appendDurably(bytes) {
        await writeAll(file, bytes, null)
        await file.datasync()
        // what nobody can find again is not kept: removed while the run goes on
        if (fstatSync(file.fd).nlink === 0)
          throw new JournalError('write-failed', `journal \`${path}\` was removed while the run goes on`, {
            hint: 'look who removed it and bring it back from a backup; nothing more is done without it',
          })
      },
      async truncateDurably(length) {
        await file.truncate(length)
        await file.sync()
      },
      close: () => file.close(),
    }
  },
}

/** Through a descriptor of its own: one that appends writes at the end whatever the position says. */
async function writeAgain(path: string, offset: number, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await writeAll(file, bytes, offset)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** @param position `null`: where the descriptor stands */
async function writeAll(file: FileHandle, bytes: Uint8Array, position: number | null): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const at = position === null ? null : position + done
    done += (await file.write(bytes, done, bytes.length - done, at)).bytesWritten
  }
}
