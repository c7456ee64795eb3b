import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Type } from 'typebox'
import { defineBindingKind } from '../../../../../engine/step/binding-kind.ts'
import type { Capabilities } from '../../../../../engine/step/capabilities.ts'
import { StepError } from '../../../../../engine/step/errors.ts'
import type { Family } from '../../../../../engine/step/family.ts'
import type { Simulator, SimulatorWorld } from '../../../../../engine/step/simulator.ts'
import { defineStep } from '../../../../../engine/step/step-type.ts'

const strict = { additionalProperties: false }
const minute = 60_000

/** Who else makes doors. */
const another = 'another.run'

interface Door {
  readonly name: string
  readonly by: string
  readonly readyAt: number
}

/** A service in which doors are made, and things happen by themselves. */
class Doors {
  readonly #world: SimulatorWorld
  #outUntil = 0

  constructor(world: SimulatorWorld) {
    this.#world = world
    world.faults.declare?.('door', 'Make', ['fail', 'reset-after', 'unavailable', 'done-by-another', 'slow'])
    world.faults.declare?.('door', 'Find', ['fail', 'unavailable'])
  }

  find(name: string): readonly Door[] {
    this.#fault('Find')
    return this.all().filter((door) => door.name === name)
  }

  make(name: string, by: string): void {
    const fault = this.#fault('Make')
    if (fault === 'done-by-another') this.#add({ name, by: another, readyAt: 0 })
    this.#add({ name, by, readyAt: this.now() + (fault === 'slow' ? 60 * minute : minute) })
    this.#world.ledger.commit({ service: 'door', operation: 'Make', resource: name })
    if (fault === 'reset-after') throw new StepError('transient', 'the line broke', { outcomeUnknown: true })
  }

  all(): readonly Door[] {
    return existsSync(this.#path) ? (JSON.parse(readFileSync(this.#path, 'utf8')) as readonly Door[]) : [] // written below
  }

  now(): number {
    return this.#world.clock.now()
  }

  get #path(): string {
    return join(this.#world.folder, 'doors.json')
  }

  #add(door: Door): void {
    writeFileSync(this.#path, JSON.stringify([...this.all(), door]))
  }

  #fault(operation: string) {
    const fault = this.#world.faults.take('door', operation)
    if (fault === 'unavailable') this.#outUntil = this.now() + 10 * minute
    if (fault === 'fail' || this.now() < this.#outUntil) throw new StepError('transient', 'it answers 503')
    return fault
  }
}

/** By folder of their simulator. */
const running = new Map<string, Doors>()

const kind = defineBindingKind({
  name: 'doors',
  summary: 'Doors',
  provides: 'host',
  config: Type.Object({ folder: Type.String() }, strict),
  claims: ({ folder }) => `doors in ${folder}`,
  open: ({ folder }) =>
    Promise.resolve({
      capability: running.get(folder) as unknown as Capabilities['host'], // only the step type below looks at it
      facts: {},
      verify: () => Promise.resolve(),
      close: () => Promise.resolve(),
    }),
})

const make = defineStep({
  name: 'door.make',
  summary: 'Makes a door',
  version: 1,
  permissions: [],
  examples: [],
  target: 'host',
  effect: 'once',
  existing: 'adopt',
  settleMs: 0,
  wait: { everyMs: minute, timeoutMs: 120 * minute },
  undo: 'impossible',
  inputs: Type.Object({ name: Type.String() }, strict),
  outputs: Type.Object({ name: Type.String() }, strict),
  check({ name }, { target }) {
    const doors = target as unknown as Doors // as the kind gives it
    const [door, ...others] = doors.find(name)
    if (door === undefined) return Promise.resolve({ state: 'absent' })
    if (others.length > 0) return Promise.resolve({ state: 'conflict', differs: `there are two doors \`${name}\`` })
    if (doors.now() < door.readyAt) return Promise.resolve({ state: 'pending', what: 'it is being made' })
    return Promise.resolve({ state: 'satisfied', outputs: { name }, madeBy: door.by })
  },
  apply({ name }, { target, effectId }) {
    const doors = target as unknown as Doors // as the kind gives it
    doors.make(name, effectId)
    return Promise.resolve(undefined)
  },
})

/** How often the simulator was started, and stopped. */
export const lives = { started: 0, stopped: 0 }

const simulator: Simulator = {
  name: 'simulated doors',
  bindingKind: 'doors',
  notRehearsed: [],
  start(world) {
    running.set(world.folder, new Doors(world))
    lives.started += 1
    return Promise.resolve({
      binding: () => Promise.resolve({ entry: { folder: world.folder }, facts: {} }),
      inventory() {
        const ours = (running.get(world.folder)?.all() ?? []).filter(({ by }) => by !== another)
        return Promise.resolve(ours.map(({ name }) => `door ${name}`))
      },
      stop() {
        running.delete(world.folder)
        lives.stopped += 1
        return Promise.resolve()
      },
    })
  },
}

/** A step type, a binding kind and a simulator in which the world acts by itself. */
export const doorFamily: Family = {
  name: 'door',
  summary: 'Doors',
  stepTypes: [make],
  bindingKinds: [kind],
  simulators: [() => Promise.resolve(simulator)],
}
