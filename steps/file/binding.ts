import { access, constants, realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Type } from 'typebox'
import { defineBindingKind } from '../../engine/step/binding-kind.ts'
import { StepError } from '../../engine/step/errors.ts'
import { folderError } from './folder-error.ts'
import { localFolder } from './local-folder.ts'

const config = Type.Object(
  {
    path: Type.String({ description: 'The folder: absolute, or relative to the environment file', minLength: 1 }),
  },
  { additionalProperties: false },
)

/** A folder of this machine. It must be there: opening one only looks, so it is never made. */
export const folderBinding = defineBindingKind({
  name: 'folder',
  summary: 'A folder of this machine whose contents outlive the run',
  provides: 'folder',
  config,
  claims: ({ path }) => `folder ${path}`,
  async open(entry, { name, baseFolder }) {
    const path = resolve(baseFolder, entry.path)
    const opened = await look(name, path)
    return {
      capability: localFolder(opened.path),
      facts: { path: opened.path },
      async verify() {
        const now = await look(name, path)
        if (now.path !== opened.path || now.device !== opened.device || now.inode !== opened.inode)
          throw new StepError('conflict', `binding \`${name}\`: \`${path}\` is another folder than when it was opened`)
      },
      close: () => Promise.resolve(),
    }
  },
})

async function look(name: string, path: string) {
  try {
    const found = await stat(path)
    if (!found.isDirectory()) throw new StepError('invalid', `binding \`${name}\`: \`${path}\` is no folder`)
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
    return { path: await realpath(path), device: found.dev, inode: found.ino }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new StepError('not-found', `binding \`${name}\`: there is no folder \`${path}\``, {
        hint: `mkdir -p ${path}`,
      })
    throw folderError(error, `open folder \`${path}\` of binding \`${name}\` for writing`)
  }
}
