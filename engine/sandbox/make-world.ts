import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import { walkEntries } from '../document/walk-entries.ts'
import { applyRunbook } from '../run/apply-runbook.ts'
import type { BindingFacts } from '../run/execution.ts'
import { resumeRun } from '../run/resume-run.ts'
import type { RunParts } from '../run/run-parts.ts'
import { NeedsPerson } from '../run/run-stop.ts'
import { glanceAtRuns, summarizeRuns } from '../run/run-summary.ts'
import { openStateFolder } from '../run/state-folder.ts'
import { Stop } from '../run/stop.ts'
import type { JsonObject } from '../step/json.ts'
import type { SimulatorClock } from '../step/simulator.ts'
import type { Rehearsable } from './load-rehearsable.ts'

/**
 * Makes the world a runbook starts in: the rehearsal file's steps, run once with a journal of their own, so that a
 * sandbox that was killed half way goes on where it was.
 *
 * @returns outputs by step id
 */
export async function makeWorld(
  { runbook, rehearsal }: Rehearsable,
  environment: Environment,
  dir: string,
  clock: SimulatorClock,
  toolVersion: string,
  bindingFacts: BindingFacts,
): Promise<{ readonly [id: string]: { readonly outputs: JsonObject } }> {
  if (rehearsal.world.length === 0) return {}
  const folder = join(dir, 'world', runbook.name)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const state = await openStateFolder(folder)
  const parts: RunParts = {
    state,
    runbook: worldOf(runbook, rehearsal),
    environment,
    clock: { moves: 'on-request', now: () => clock.now(), sleepUntil: (at) => Promise.resolve(clock.advanceTo(at)) },
    people: {
      answer: ({ step }) =>
        Promise.reject(new NeedsPerson('approval', `step \`${step.id}\` of a rehearsal's world asks a person`)),
    },
    stop: new Stop(),
    ask: () => Promise.resolve(undefined),
    emit: () => undefined,
    credentialChanged: [],
    toolVersion,
    bindingFacts,
  }
  const earlier = (await glanceAtRuns(state)).find(({ state: progress }) => progress !== 'closed')
  if (earlier === undefined) await applyRunbook({ ...parts, inputs: {}, plan: null })
  else if (earlier.state === 'unfinished') await resumeRun(earlier.begun.run, parts)
  const done = (await summarizeRuns(state)).find(({ state: progress }) => progress === 'done')
  return Object.fromEntries(
    (done?.steps ?? []).flatMap(({ id, outputs }) => (outputs === undefined ? [] : [[id, { outputs }]])),
  )
}

function worldOf(runbook: Runbook, { source, world }: Rehearsable['rehearsal']): Runbook {
  const used = new Set(
    [...walkEntries(world)].flatMap((entry) => {
      if (entry.kind !== 'step' || entry.target === undefined) return []
      return typeof entry.target === 'object' ? Object.values(entry.target) : [entry.target]
    }),
  )
  return {
    ...runbook,
    source,
    name: `${runbook.name}-world`,
    title: `The world in which ${runbook.name} is rehearsed`,
    again: 'converge',
    inputs: new Map(),
    bindings: new Map([...runbook.bindings].filter(([name]) => used.has(name))),
    steps: world,
    finally: [],
    scripts: new Map(),
    outputs: { kind: 'map', members: new Map(), span: { start: 0, end: 0 } },
  }
}
