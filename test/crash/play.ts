import type { InputValues } from '../../engine/document/environment.ts'
import { bindingsOf, makerOf } from '../../engine/document/bindings-of.ts'
import type { Runbook } from '../../engine/document/runbook.ts'
import { BindingError } from '../../engine/environment/open-bindings.ts'
import type { TargetBoard } from '../../engine/environment/target-board.ts'
import type { Execution } from '../../engine/run/execution.ts'
import { interpret, takeBack } from '../../engine/run/kernel.ts'
import { StepError } from '../../engine/step/errors.ts'
import type { TargetOf, Targets } from '../../engine/step/context.ts'
import type { JsonObject } from '../../engine/step/json.ts'
import type { AskWindows } from '../../engine/environment/open-windows.ts'
import type { RunEnded } from '../../engine/run/records.ts'
import { World } from './toys/world.ts'
import { type Accidents, Machine, VirtualHost } from './virtual-host.ts'

/** No toy makes a secret. */
const noSecrets = () => ({ create: () => Promise.reject(new Error('no toy makes a secret')) })

/** A machine, and the world outside of it. */
export interface Stage {
  readonly machine: Machine
  readonly world: World
}

export function newStage(prepare: (world: World) => void = () => undefined): Stage {
  const machine = new Machine()
  const world = new World(() => machine.now)
  prepare(world)
  return { machine, world }
}

/** How one process ended. */
export type Ending =
  | {
      readonly how: 'done'
      readonly outputs: JsonObject
      readonly outcome: RunEnded['outcome']
      readonly failures: RunEnded['failures']
      readonly exceptions: RunEnded['exceptions']
      readonly undone?: RunEnded['undone']
      readonly host: VirtualHost
    }
  | { readonly how: 'crashed'; readonly host: VirtualHost }
  | { readonly how: 'stopped'; readonly error: Error; readonly host: VirtualHost }

export interface Play extends Accidents {
  readonly windows?: AskWindows
  readonly until?: string
  readonly environment?: string
  readonly inputs?: InputValues
  /** A person takes the run back: to the beginning, or to this entry. */
  readonly takeBack?: { readonly to?: string } | undefined
}

/** One process works on the run from where its records end. */
export async function play(runbook: Runbook, stage: Stage, accidents: Play = {}): Promise<Ending> {
  const host = new VirtualHost(stage.machine, accidents)
  const { world } = stage
  world.halfway = (where) => host.point(where)
  const execution: Execution = {
    operators: ['operator'],
    exceptions: { role: 'change-approver', count: undefined },
    windows: accidents.windows,
    until: accidents.until,
    secrets: noSecrets,
    toolSha256: 'toy',
    runId: '20261122-130000-aaaaa',
    runbook,
    environment: { name: accidents.environment ?? 'toys', kind: 'test' },
    inputs: accidents.inputs ?? {},
    host,
    artifacts: { read: () => Promise.resolve(undefined), create: (name) => Promise.resolve(name) },
    targets: targetsOf(runbook, world),
  }
  try {
    const back = accidents.takeBack
    const work = back === undefined ? interpret(execution) : takeBack(execution, back.to)
    return { how: 'done', ...(await work), host }
  } catch (error) {
    if (host.off) return { how: 'crashed', host }
    if (!(error instanceof Error)) throw error
    return { how: 'stopped', error, host }
  }
}

/** Process after process, each crashing where it is told and the last one nowhere, until one ends by itself. */
export async function playOver(
  runbook: Runbook,
  stage: Stage,
  crashes: readonly number[],
  downMs: number,
): Promise<Ending> {
  for (const crashAt of crashes) {
    const ending = await play(runbook, stage, { crashAt })
    if (ending.how !== 'crashed') return ending
    stage.machine.now += downMs
  }
  return play(runbook, stage)
}

/** What is made in the run has to be opened before anything acts on it, in each process anew; which the world sees as a request. */
function targetsOf(runbook: Runbook, world: World): TargetBoard {
  const opened = new Set<string>()
  const isOpen = (name: string): boolean => makerOf(runbook, name) === undefined || opened.has(name)
  return {
    capability(step) {
      for (const name of bindingsOf(step)) if (!isOpen(name)) throw new Error(`\`${name}\` was not opened`)
      return world as unknown as TargetOf<Targets> // toys take it back with `worldOf`
    },
    claims: (step) =>
      bindingsOf(step).every((name) => makerOf(runbook, name) === undefined) ? ['toy world'] : ['made'],
    verify: (step) =>
      Promise.resolve(bindingsOf(step).forEach((name) => isOpen(name) && world.onRequest(`Verify ${name}`))),
    isOpen,
    async open(name) {
      await Promise.resolve()
      try {
        world.request(`Open ${name}`, () => opened.add(name))
      } catch (error) {
        throw StepError.is(error) ? new BindingError(name, error) : error
      }
      return { name }
    },
  }
}
