import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../document/environment.ts'
import { evaluate } from '../expressions/template.ts'
import { applyRunbook } from '../run/apply-runbook.ts'
import type { RunEvent } from '../run/events.ts'
import { openStateFolder, runFolder, type StateFolder } from '../run/state-folder.ts'
import type { Stop } from '../run/stop.ts'
import type { Family } from '../step/family.ts'
import type { JsonObject } from '../step/json.ts'
import { approveAll } from './approve-all.ts'
import { readClock } from './control-client.ts'
import { environmentAt } from './environment-at.ts'
import { loadRehearsable, type Rehearsable } from './load-rehearsable.ts'
import { notRehearsed } from './not-rehearsed.ts'
import { type NeededWindow, neededWindow } from './needed-window.ts'
import { rehearsedInputs } from './rehearsed-inputs.ts'
import { sandboxClock } from './sandbox-clock.ts'
import { spawnSandbox } from './spawn-sandbox.ts'
import { WallClock, type WallTime } from './wall-time.ts'

export interface RehearsalParts {
  /** Path of the runbook. */
  readonly file: string
  readonly state: StateFolder
  readonly families: readonly Family[]
  readonly toolVersion: string
  readonly faults: readonly string[]
  /** Whose windows the time is held against. */
  readonly against?: Environment | undefined
  readonly emit: (event: RunEvent) => void
  readonly stop: Stop
  /** How to start this program again: the runtime, and the script it runs. */
  readonly program: readonly [string, ...string[]]
}

export interface RehearsalReport {
  readonly runId: string
  /** The sandbox: what the rehearsal left behind is in here. */
  readonly folder: string
  /** The state folder of the run: a rehearsal's runs are no business of the real ones. */
  readonly state: string
  readonly artifacts: string
  readonly outputs: JsonObject
  readonly expectations: readonly { readonly title: string; readonly held: boolean }[]
  /** Where production takes another way, and what only production can answer. */
  readonly notRehearsed: readonly string[]
  /** How long the services would have taken, by the sandbox's clock: without what only people were waited for. */
  readonly serviceTimeMs: number
  readonly realTimeMs: number
  /** Where the time went, by the sandbox's clock. */
  readonly wallTime: WallTime
  /** What a maintenance window has to have room for. */
  readonly window: NeededWindow
}

/**
 * Rehearses a runbook: starts a sandbox in a process of its own, applies the very same file to it, and stops it.
 *
 * @throws what {@link applyRunbook} throws, {@link DocumentError}
 */
export async function rehearse(parts: RehearsalParts): Promise<RehearsalReport> {
  const { families, file, emit, stop, toolVersion } = parts
  const rehearsable = await loadRehearsable(file, families)
  const { runbook, rehearsal } = rehearsable
  const folder = join(
    parts.state.path,
    'rehearsals',
    `${runbook.name}-${new Date().toISOString().replaceAll(/[-:]|\..*/g, '')}`,
  )
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await using sandbox = await spawnSandbox(parts.program, folder, file, parts.faults, stop.requested)
  const environment = await environmentAt(sandbox.environmentPath, families)
  if (environment.sandbox === undefined) throw new Error('a sandbox wrote an environment that is none')

  const state = await openStateFolder(join(folder, 'state'))
  const begunAt = Date.now()
  const clock = await sandboxClock(environment.sandbox)
  const wall = new WallClock(() => clock.now())
  const { runId, outputs } = await applyRunbook({
    state,
    runbook,
    environment,
    inputs: await rehearsedInputs(runbook, environment),
    clock,
    people: await approveAll(environment, runbook),
    stop,
    ask: () => Promise.resolve(undefined),
    emit(event) {
      wall.take(event)
      emit(event)
    },
    credentialChanged: [],
    toolVersion,
    plan: null,
  })
  const wallTime = wall.wallTime(await readClock(environment.sandbox))
  return {
    runId,
    folder,
    state: state.path,
    artifacts: join(runFolder(state, runId), 'artifacts'),
    outputs,
    expectations: expectationsOf(rehearsal, outputs),
    notRehearsed: await notRehearsed(rehearsable, environment, families),
    serviceTimeMs: wallTime.servicesMs,
    realTimeMs: Date.now() - begunAt,
    wallTime,
    window: await neededWindow(runbook, wallTime, parts.against),
  }
}

function expectationsOf({ expect }: Rehearsable['rehearsal'], outputs: JsonObject): RehearsalReport['expectations'] {
  return expect.map(({ title, holds }) => ({ title, held: evaluate(holds, { outputs }) === true }))
}
