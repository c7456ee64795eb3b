import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Simulator } from '../../engine/step/simulator.ts'
import { checkFileName } from './file-name.ts'

/** Folders of a sandbox: real ones, below its own. */
export const folderSimulator: Simulator = {
  name: 'folders of the sandbox',
  bindingKind: 'folder',
  notRehearsed: ['space, permissions and backup of the folders that production writes to'],
  async start({ folder }) {
    return {
      async binding(name) {
        checkFileName(name)
        const path = join(folder, name)
        await mkdir(path, { recursive: true, mode: 0o700 })
        return { entry: { path }, facts: { path } }
      },
      stop: () => Promise.resolve(),
    }
  },
}
