import { accessSync, constants, realpathSync } from 'node:fs'
import { delimiter, join, relative } from 'node:path'

/** A process, as far as it tells how it was started. */
export interface Started {
  /** Path of the runtime. */
  readonly runtime: string
  /** Path of the script. */
  readonly script: string
  readonly cwd: string
  /** Folders of the PATH. */
  readonly path: string
  /** Whether `npx` started it, whose PATH is not that of the shell. */
  readonly byNpx: boolean
}

/** The words that start this program again from where it was started: `runbook` where the PATH leads to it, else as it was started. */
export function programWords({ runtime, script, cwd, path, byNpx }: Started): readonly string[] {
  if (byNpx) return ['npx', 'runbook']
  const folders = path.split(delimiter)
  if (leadsTo(folders, 'runbook', script)) return ['runbook']
  const runtimeName = runtime.split('/').at(-1) ?? runtime
  const from = relative(cwd, script)
  return [leadsTo(folders, runtimeName, runtime) ? runtimeName : runtime, from.startsWith('..') ? script : from]
}

/** Whether the first program of that name on the PATH is this file. */
function leadsTo(folders: readonly string[], name: string, file: string): boolean {
  for (const folder of folders) {
    const candidate = join(folder, name)
    try {
      accessSync(candidate, constants.X_OK)
      return realpathSync(candidate) === realpathSync(file)
    } catch {
      continue // not there
    }
  }
  return false
}
