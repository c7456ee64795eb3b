import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Simulator } from '../../engine/step/simulator.ts'

/** No simulation at all: the machine that rehearses, with a folder of the sandbox as its home. */
export const hostSimulator: Simulator = {
  name: 'this machine',
  bindingKind: 'host',
  notRehearsed: [
    'the machine that production runs programs on: the rehearsal ran them on this one, where what they did is real',
    'the transport, user and permissions that programs run with in production',
  ],
  async start({ folder }) {
    return {
      async binding(name) {
        const home = join(folder, name)
        await mkdir(home, { recursive: true, mode: 0o700 })
        return { entry: { transport: 'local', folder: home }, facts: { folder: home } }
      },
      stop: () => Promise.resolve(),
    }
  },
}
