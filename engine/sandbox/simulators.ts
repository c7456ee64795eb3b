import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Family } from '../step/family.ts'
import type { RunningSimulator, Simulator, SimulatorWorld } from '../step/simulator.ts'

/** Simulators by the binding kind they answer for; where several families bring one for the same kind, they become one. */
export async function simulatorsOf(families: readonly Family[]): Promise<ReadonlyMap<string, Simulator>> {
  const byKind = new Map<string, Simulator>()
  for (const load of families.flatMap(({ simulators }) => simulators)) {
    const simulator = await load()
    const other = byKind.get(simulator.bindingKind)
    if (other !== undefined && other.join === undefined)
      throw new Error(`\`${other.name}\` and \`${simulator.name}\` both answer for \`${simulator.bindingKind}\``)
    byKind.set(simulator.bindingKind, other?.join?.(simulator) ?? simulator)
  }
  return byKind
}

/** Starts the simulators of the given binding kinds, each in a folder of its own. */
export async function startSimulators(
  simulators: ReadonlyMap<string, Simulator>,
  kinds: Iterable<string>,
  dir: string,
  world: Omit<SimulatorWorld, 'folder' | 'tokenFolder'>,
): Promise<ReadonlyMap<string, RunningSimulator>> {
  const running = new Map<string, RunningSimulator>()
  const tokenFolder = join(dir, 'simulators', 'tokens')
  await mkdir(tokenFolder, { recursive: true, mode: 0o700 })
  for (const kind of kinds) {
    const simulator = simulators.get(kind)
    if (simulator === undefined) throw new Error(`no simulator answers for bindings of kind \`${kind}\``)
    const folder = join(dir, 'simulators', kind)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    running.set(kind, await simulator.start({ ...world, folder, tokenFolder }))
  }
  return running
}
