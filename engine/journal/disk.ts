import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createFileDurably, syncFolder } from './durable-file.ts'

/**
 * The few things a journal needs of a file system, so that tests can lose power between any two of them.
 *
 * Assumed of the real one: a local file system on which a write that was fdatasynced survives power loss, and a link or
 * rename survives it once the folder was fsynced. Not assumed: that an unsynced write is torn at a line, or at all.
 */
export interface Disk {
  /** Makes the file appear with this content, both durable. Never replaces one. */
  createDurably(path: string, content: Uint8Array): Promise<'created' | 'identical' | 'different'>
  /** The file from its beginning, in chunks. */
  read(path: string): AsyncIterable<Uint8Array>
  /**
   * Opens for adding. Resolves when what the file holds, and its name, survive power loss: a process killed before it had synced
   * them may have left what can be read and is not durable.
   */
  openForAppend(path: string): Promise<AppendingFile>
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
        const chunk = Buffer.allocUnsafe(1 << 18)
        const { bytesRead } = await file.read(chunk, 0, chunk.length)
        if (bytesRead === 0) return
        yield chunk.subarray(0, bytesRead)
      }
    } finally {
      await file.close()
    }
  },

  async openForAppend(path) {
    const file = await open(path, constants.O_WRONLY | constants.O_APPEND)
    try {
      await file.datasync()
      await syncFolder(dirname(path))
    } catch (error) {
      await file.close()
      throw error
    }
    return {
      async appendDurably(bytes) {
        let done = 0
        while (done < bytes.length) done += (await file.write(bytes, done)).bytesWritten
        await file.datasync()
      },
      async truncateDurably(length) {
        await file.truncate(length)
        await file.sync()
      },
      close: () => file.close(),
    }
  },
}
