import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSource } from '../diagnostics/read-source.ts'
import type { Environment, SandboxReference } from '../document/environment.ts'
import { loadEnvironment } from '../document/load-environment.ts'
import { claimOf } from '../environment/target-board.ts'
import { evaluate } from '../expressions/template.ts'
import { knownMapping } from '../run/known-mapping.ts'
import { takeLock } from '../run/lock.ts'
import type { Family } from '../step/family.ts'
import type { JsonObject } from '../step/json.ts'
import { openClock } from './clock.ts'
import { startControlServer } from './control-server.ts'
import { FaultPlan } from './faults.ts'
import { openLedger } from './ledger.ts'
import { DocumentError } from '../diagnostics/document-error.ts'
import { loadRehearsable, type Rehearsable } from './load-rehearsable.ts'
import { makeWorld } from './make-world.ts'
import { allApprovers, simulateBindings, writeEnvironment } from './sandbox-environment.ts'
import { openSandboxFolder } from './sandbox-folder.ts'
import { simulatorsOf, startSimulators } from './simulators.ts'

export interface SandboxParts {
  readonly dir: string
  /** Paths of runbooks. */
  readonly files: readonly string[]
  readonly families: readonly Family[]
  /** `SERVICE.OPERATION=FAULT`, see {@link FaultPlan.add}. */
  readonly faults: readonly string[]
  readonly toolVersion: string
}

export interface RunningSandbox {
  /** Absolute. */
  readonly dir: string
  readonly environmentPath: string
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
  const faultPlan = new FaultPlan()
  for (const fault of faults) faultPlan.add(fault)

  const { path, identity } = await openSandboxFolder(dir)
  const closers: (() => unknown)[] = []
  const stop = async (): Promise<void> => {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
  }
  try {
    const lock = await takeLock({ path }, `sandbox ${path}`)
    closers.push(() => lock[Symbol.asyncDispose]())
    const clock = openClock(path)
    const ledger = openLedger(path, () => clock.now())
    closers.push(() => ledger.close())
    const kinds = new Set(rehearsables.flatMap(({ runbook }) => [...runbook.bindings.values()].map(({ kind }) => kind)))
    const running = await startSimulators(await simulatorsOf(families), kinds, path, {
      clock,
      ledger,
      faults: faultPlan,
    })
    for (const simulator of running.values()) closers.push(() => simulator.stop())

    let environment: Environment | undefined
    const claims = (): Record<string, string> => {
      const loaded = environment
      return loaded === undefined
        ? {}
        : Object.fromEntries([...loaded.bindings.keys()].map((name) => [name, claimOf(loaded, name)]))
    }
    const control = await startControlServer(
      { token: identity.token, clock, faults: faultPlan, claims },
      keptPort(path),
    )
    closers.push(() => control.stop())
    await writeFile(join(path, 'control.json'), `${JSON.stringify({ port: control.port })}\n`, { mode: 0o600 })

    const sandbox: SandboxReference = { control: `http://127.0.0.1:${control.port}`, token: identity.token }
    const bindings = await simulateBindings(rehearsables, running)
    const approvers = allApprovers(rehearsables)
    environment = await reload(await writeEnvironment(path, { bindings, approvers, inputs: {}, sandbox }), families)
    const inputs: Record<string, JsonObject> = {}
    for (const each of rehearsables) {
      const world = await makeWorld(each, environment, path, clock, toolVersion, bindings.facts)
      inputs[each.runbook.name] = knownMapping(evaluate(each.rehearsal.inputs, { world, bindings: bindings.facts }))
    }
    const environmentPath = await writeEnvironment(path, { bindings, approvers, inputs, sandbox })
    environment = await reload(environmentPath, families)
    return { dir: path, environmentPath, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function reload(path: string, families: readonly Family[]): Promise<Environment> {
  const { source, diagnostics } = await readSource(path)
  if (source === undefined) throw new DocumentError(diagnostics)
  const loaded = await loadEnvironment(source, families)
  if (loaded.environment === undefined) throw new DocumentError(loaded.diagnostics)
  return loaded.environment
}

/** The control service's port of last time, so that a run which waits finds the restarted sandbox; 0: any. */
function keptPort(path: string): number {
  try {
    return (JSON.parse(readFileSync(join(path, 'control.json'), 'utf8')) as { readonly port: number }).port // written above alone
  } catch {
    return 0 // first start, or a crash while it was written
  }
}
