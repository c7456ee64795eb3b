import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sourceFile } from '../../../engine/diagnostics/source-file.ts'
import type { Environment } from '../../../engine/document/environment.ts'
import { loadEnvironment } from '../../../engine/document/load-environment.ts'
import type { Runbook } from '../../../engine/document/runbook.ts'
import type { RunEvent } from '../../../engine/run/events.ts'
import type { ApplyParts } from '../../../engine/run/run-parts.ts'
import { openStateFolder } from '../../../engine/run/state-folder.ts'
import { Stop } from '../../../engine/run/stop.ts'
import { agree } from '../virtual-host.ts'
import { worlds } from './define.ts'
import { toyFamily } from './toy-family.ts'
import { World } from './world.ts'

/** A state folder, a toy world that an environment binds, and a clock that sleeping moves. */
export interface Site extends AsyncDisposable {
  readonly folder: string
  readonly world: World
  /** The name under which the environment binds the world. */
  readonly name: string
  readonly environment: Environment
  readonly events: RunEvent[]
  parts(runbook: Runbook, change?: Partial<ApplyParts>): Promise<ApplyParts>
}

let sites = 0

export async function openSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'runbook-site-'))
  sites += 1
  const name = `w${process.pid}x${sites}`
  let now = Date.UTC(2026, 10, 22, 13)
  const world = new World(() => now)
  worlds.set(name, world)
  const environment = await loadSite(name)
  const events: RunEvent[] = []
  return {
    folder,
    world,
    name,
    environment,
    events,
    parts: async (runbook, change = {}) => ({
      state: await openStateFolder(join(folder, 'state')),
      runbook,
      environment,
      inputs: {},
      plan: null,
      clock: {
        moves: 'on-request' as const,
        now: () => now,
        sleepUntil(at, signal) {
          signal.throwIfAborted()
          now = Math.max(now, at)
          return Promise.resolve()
        },
      },
      people: {
        answer: async (request) => agree(request),
      },
      stop: new Stop(),
      ask: () => Promise.resolve(undefined),
      emit: (event) => void events.push(event),
      credentialChanged: [],
      toolVersion: '1.0.0',
      ...change,
    }),
    async [Symbol.asyncDispose]() {
      worlds.delete(name)
      await rm(folder, { recursive: true })
    },
  }
}

/** An environment whose binding `world`, and `more`, are on a toy world. */
export async function loadSite(world: string, more = ''): Promise<Environment> {
  const text = `environment: toys
format: 1
kind: test
bindings:
  world: { kind: toy-world, world: ${world} }
${more}`
  const { environment, diagnostics } = await loadEnvironment(sourceFile('/toys/site.yaml', text), [toyFamily])
  if (environment === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return environment
}
