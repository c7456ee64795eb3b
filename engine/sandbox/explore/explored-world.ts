import { join } from 'node:path'
import type { Environment, SandboxReference } from '../../document/environment.ts'
import { openStateFolder, type StateFolder } from '../../run/state-folder.ts'
import type { Family } from '../../step/family.ts'
import type { FaultPlan } from '../faults.ts'
import { environmentAt } from '../environment-at.ts'
import { loadRehearsable, type Rehearsable } from '../load-rehearsable.ts'
import { type RunningSandbox, startSandbox } from '../start-sandbox.ts'

/** A sandbox in this process, and the state folder of the runs in it, both in one folder. */
export interface ExploredWorld extends AsyncDisposable {
  readonly rehearsable: Rehearsable
  readonly sandbox: RunningSandbox
  readonly environment: Environment & { readonly sandbox: SandboxReference }
  readonly state: StateFolder
  readonly faults: FaultPlan
}

/** What explorations need to know of this program. */
export interface ProgramParts {
  /** Path of the runbook. */
  readonly file: string
  readonly families: readonly Family[]
  readonly toolVersion: string
}

/**
 * Opens the world that is in a folder, or makes it there.
 *
 * @throws {DocumentError}
 */
export async function openWorld(
  dir: string,
  { file, families, toolVersion }: ProgramParts,
  faults: FaultPlan,
): Promise<ExploredWorld> {
  const rehearsable = await loadRehearsable(file, families)
  const sandbox = await startSandbox({ dir, files: [file], families, faults, toolVersion })
  try {
    const { sandbox: reference, ...environment } = await environmentAt(sandbox.environmentPath, families)
    if (reference === undefined) throw new Error('a sandbox wrote an environment that is none')
    const state = await openStateFolder(join(dir, 'state'))
    return {
      rehearsable,
      sandbox,
      environment: { ...environment, sandbox: reference },
      state,
      faults,
      [Symbol.asyncDispose]: () => sandbox.stop(),
    }
  } catch (error) {
    await sandbox.stop()
    throw error
  }
}
