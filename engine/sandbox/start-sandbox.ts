import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment, SandboxReference } from '../document/environment.ts'
import { claimOf } from '../environment/target-board.ts'
import { evaluate } from '../expressions/template.ts'
import { knownMapping } from '../run/known-mapping.ts'
import { takeLock } from '../run/lock.ts'
import type { Family } from '../step/family.ts'
import type { JsonObject } from '../step/json.ts'
import type { RunningSimulator } from '../step/simulator.ts'
import { openClock } from './clock.ts'
import { startControlServer } from './control-server.ts'
import type { FaultPlan } from './faults.ts'
import { openLedger } from './ledger.ts'
import { environmentAt } from './environment-at.ts'
import { loadRehearsable, type Rehearsable } from './load-rehearsable.ts'
import { makeWorld } from './make-world.ts'
import { allApprovers, type SimulatedBindings, simulateBindings, writeEnvironment } from './sandbox-environment.ts'
import { keepRunbooks, openSandboxFolder } from './sandbox-folder.ts'
import { simulatorsOf, startSimulators } from './simulators.ts'

export interface SandboxParts {
  readonly dir: string
  /** Paths of runbooks. */
  readonly files: readonly string[]
  readonly families: readonly Family[]
  readonly faults: FaultPlan
  readonly toolVersion: string
}

export interface RunningSandbox {
  /** Absolute. */
  readonly dir: string
  readonly environmentPath: string
  /** Folders that its bindings name, by binding: what is put there outlives a run. */
  readonly folders: ReadonlyMap<string, string>
  /** What the simulators have that no ledger tells, a line each. */
  inventory(): Promise<readonly string[]>
  stop(): Promise<void>
}

/**
 * Starts the simulators for these runbooks in this process, makes the worlds they start in, and writes an environment for them.
 * The same folder brings the same sandbox back.
 *
 * @throws {DocumentError} {@link NeedsPerson} `locked` when it runs already
 */
export async function startSandbox({
  dir,
  files,
  families,
  faults,
  toolVersion,
}: SandboxParts): Promise<RunningSandbox> {
  const rehearsables: Rehearsable[] = []
  for (const file of files) rehearsables.push(await loadRehearsable(file, families))

  const { path, identity } = await openSandboxFolder(dir)
  const closers: (() => unknown)[] = []
  const stop = async (): Promise<void> => {
    const failures: unknown[] = []
    // whatever fails, the others stop as well: a simulator may have processes of its own
    for (let close = closers.pop(); close !== undefined; close = closers.pop())
      try {
        await close()
      } catch (error) {
        failures.push(error)
      }
    if (failures.length > 0) throw failures[0]
  }
  try {
    const lock = await takeLock({ path }, `sandbox ${path}`)
    closers.push(() => lock[Symbol.asyncDispose]())
    const clock = openClock(path)
    const ledger = openLedger(path, () => clock.now())
    closers.push(() => ledger.close())
    const worldIsMade: (() => void)[] = [] // faults are for the run, not for the tokens that it finds
    const kinds = new Set(rehearsables.flatMap(({ runbook }) => [...runbook.bindings.values()].map(({ kind }) => kind)))
    const running = await startSimulators(await simulatorsOf(families), kinds, path, {
      clock,
      ledger,
      faults: {
        take: (service, operation) => faults.take(service, operation),
        declare: (service, operation, names) => faults.declare(service, operation, names),
        handOver: (service, calls) => worldIsMade.push(() => faults.handOver(service, calls)),
      },
    })
    for (const simulator of running.values()) closers.push(() => simulator.stop())
    faults.settle()

    let environment: Environment | undefined
    const claims = (): Record<string, string> => {
      const loaded = environment
      return loaded === undefined
        ? {}
        : Object.fromEntries([...loaded.bindings.keys()].map((name) => [name, claimOf(loaded, name)]))
    }
    const control = await startControlServer({ token: identity.token, clock, faults, claims }, keptPort(path))
    closers.push(() => control.stop())
    await writeFile(join(path, 'control.json'), `${JSON.stringify({ port: control.port })}\n`, { mode: 0o600 })

    const sandbox: SandboxReference = { control: `http://127.0.0.1:${control.port}`, token: identity.token }
    const bindings = await simulateBindings(rehearsables, running)
    const approvers = allApprovers(rehearsables)
    environment = await environmentAt(
      await writeEnvironment(path, { bindings, approvers, inputs: {}, answers: {}, sandbox }),
      families,
    )
    const inputs: Record<string, JsonObject> = {}
    const answers = Object.fromEntries(
      rehearsables.map(({ runbook, rehearsal }) => [runbook.name, Object.fromEntries(rehearsal.answers)]),
    )
    for (const each of rehearsables) {
      const world = await makeWorld(each, environment, path, clock, toolVersion, bindings.facts)
      inputs[each.runbook.name] = knownMapping(evaluate(each.rehearsal.inputs, { world, bindings: bindings.facts }))
    }
    for (const handOver of worldIsMade) handOver()
    const environmentPath = await writeEnvironment(path, { bindings, approvers, inputs, answers, sandbox })
    environment = await environmentAt(environmentPath, families)
    await keepRunbooks(path, files)
    return {
      dir: path,
      environmentPath,
      folders: foldersOf(bindings, path),
      inventory: () => inventoryOf(running),
      stop,
    }
  } catch (error) {
    await stop().catch(() => undefined) // clean-up after another error, which is the one to be told
    throw error
  }
}

async function inventoryOf(running: ReadonlyMap<string, RunningSimulator>): Promise<readonly string[]> {
  const lists = await Promise.all(
    [...running.values()].map((simulator) => simulator.inventory?.() ?? Promise.resolve([])),
  )
  return lists.flat()
}

/** Facts that are paths below the sandbox. */
function foldersOf({ facts }: SimulatedBindings, path: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(facts).flatMap(([name, each]) =>
      Object.values(each).flatMap((fact) =>
        typeof fact === 'string' && fact.startsWith(`${path}/`) ? [[name, fact] as const] : [],
      ),
    ),
  )
}

/** The control service's port of last time, so that a run which waits finds the restarted sandbox; 0: any. */
function keptPort(path: string): number {
  try {
    return (JSON.parse(readFileSync(join(path, 'control.json'), 'utf8')) as { readonly port: number }).port // written above alone
  } catch {
    return 0 // first start, or a crash while it was written
  }
}
