import { mkdir, readdir, statfs } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { accessSync, constants } from 'node:fs'
import { syncFolder } from '../journal/durable-file.ts'

/** Where runs, locks and remembered refusals are kept. */
export interface StateFolder {
  /** Absolute. */
  readonly path: string
}

export class StateFolderError extends Error {
  readonly hint: string

  constructor(message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'StateFolderError'
    this.hint = hint
  }
}

/** Magic numbers of statfs(2) for file systems on which neither locks nor fsync can be trusted. */
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x65735546, 'FUSE'],
  [0x01021997, '9P'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x7461636f, 'OCFS2'],
  [0x01161970, 'GFS2'],
])

/** `$RUNBOOK_STATE`, else `$XDG_STATE_HOME/runbook`, else `~/.local/state/runbook`. */
export function defaultStatePath(env: NodeJS.ProcessEnv = process.env): string {
  if (env['RUNBOOK_STATE']) return resolve(env['RUNBOOK_STATE'])
  return join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'runbook')
}

/**
 * Opens, and makes on first use, a state folder.
 *
 * @throws {StateFolderError} when it cannot be written, or lies on a network file system (recognized on Linux)
 */
export async function openStateFolder(path: string, fileSystemType = linuxFileSystemType): Promise<StateFolder> {
  const absolute = resolve(path)
  const elsewhere = 'choose another folder with `--state DIR`'
  try {
    const firstMade = (await makeFolders(absolute)) ?? (await makeFolders(join(absolute, 'runs')))
    await makeFolders(join(absolute, 'runs'))
    await makeFolders(join(absolute, 'locks'))
    for (const each of [absolute, join(absolute, 'runs'), join(absolute, 'locks')])
      accessSync(each, constants.W_OK | constants.X_OK)
    await syncUpTo(absolute, firstMade === undefined ? absolute : dirname(firstMade))
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new StateFolderError(`state folder \`${absolute}\` cannot be written (\`${why}\`)`, elsewhere, error)
  }
  const network = networkFileSystems.get(await fileSystemType(absolute))
  if (network !== undefined)
    throw new StateFolderError(
      `state folder \`${absolute}\` is on a network file system (${network}), where locks do not hold`,
      elsewhere,
    )
  return { path: absolute }
}

/**
 * Makes a folder and those it lies in. Not the recursive `mkdir`, which tries for ever where a file system denies that the parent is
 * there (`/proc`).
 *
 * @returns the first that was made; `undefined` when all were there
 */
async function makeFolders(path: string): Promise<string | undefined> {
  try {
    await mkdir(path, { mode: 0o700 })
    return path
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST') return undefined
    if (code !== 'ENOENT' || dirname(path) === path) throw error
  }
  const above = await makeFolders(dirname(path))
  await mkdir(path, { mode: 0o700 })
  return above ?? path
}

/** Makes the names of folders made just now survive power loss, up to the one that was there before. */
async function syncUpTo(folder: string, top: string): Promise<void> {
  await syncFolder(folder)
  if (folder !== top && dirname(folder) !== folder) await syncUpTo(dirname(folder), top)
}

/** Opens a state folder for looking only: it may be absent, and nothing is made. */
export function lookIntoStateFolder(path: string): StateFolder {
  return { path: resolve(path) }
}

/** Ids of all runs in it, oldest first but for those of the same second. */
export async function listRunIds(state: StateFolder): Promise<readonly string[]> {
  try {
    const names = await readdir(join(state.path, 'runs'))
    return names.filter((name) => /^\d{8}-\d{6}-[a-z0-9]{5}$/.test(name)).sort()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    if (error instanceof Error && 'code' in error && error.code === 'EACCES')
      throw new StateFolderError(
        `state folder \`${state.path}\` may not be read by this user (\`EACCES\`)`,
        'run as the user whose runs these are, or choose another folder with `--state DIR`',
        error,
      )
    throw error
  }
}

export function runFolder(state: StateFolder, runId: string): string {
  return join(state.path, 'runs', runId)
}

export function journalPath(state: StateFolder, runId: string): string {
  return join(runFolder(state, runId), 'journal.jsonl')
}

async function linuxFileSystemType(path: string): Promise<number> {
  if (process.platform !== 'linux') return 0 // other systems number their file systems otherwise
  return (await statfs(path)).type
}

/** The folder of a run's artifacts. */
export function artifactsPath(state: StateFolder, runId: string): string {
  return join(runFolder(state, runId), 'artifacts')
}
