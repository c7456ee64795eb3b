import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFileDurably } from '../journal/durable-file.ts'
import type { Artifacts } from '../step/context.ts'
import { StepError } from '../step/errors.ts'

/** The artifacts of a run in a folder of their own. */
export async function openArtifacts(folder: string): Promise<Artifacts> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const pathOf = (name: string): string => {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw new StepError('bug', `\`${name}\` is not a plain file name`)
    return join(folder, name)
  }
  return {
    async read(name) {
      try {
        return await readFile(pathOf(name))
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }
    },
    async create(name, bytes) {
      const path = pathOf(name)
      if ((await createFileDurably(path, bytes)) === 'different')
        throw new StepError('conflict', `artifact \`${path}\` exists with another content`, {
          hint: 'look where it came from; the run does not replace it',
        })
      return path
    },
  }
}
