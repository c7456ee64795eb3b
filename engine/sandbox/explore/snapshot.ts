import { createHash } from 'node:crypto'
import { type Dirent, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What a disk holds: content and mode of every file, by path; folders have no content. */
export interface Snapshot {
  /** Two snapshots with one digest are one state of the disk. */
  readonly digest: string
  readonly entries: readonly SnapshotEntry[]
}

interface SnapshotEntry {
  /** Relative. */
  readonly path: string
  readonly mode: number
  /** `undefined`: a folder. */
  readonly bytes: Buffer | undefined
}

/**
 * Takes what is in a folder now, at once: nothing else of this process happens meanwhile. Locks are left out, because their holders
 * die with the power.
 */
export function takeSnapshot(folder: string): Snapshot {
  const hash = createHash('sha256')
  const entries = list(folder, '').flatMap((path): readonly SnapshotEntry[] => {
    const entry = entryAt(join(folder, path), path)
    if (entry === undefined) return []
    hash.update(`${path}\0${entry.mode}\0${entry.bytes?.length ?? 'folder'}\0`).update(entry.bytes ?? '')
    return [entry]
  })
  return { digest: hash.digest('hex'), entries }
}

/** @returns `undefined`: it went away; processes of simulators work beside this one */
function entryAt(absolute: string, path: string): SnapshotEntry | undefined {
  try {
    const stat = statSync(absolute)
    return { path, mode: stat.mode & 0o777, bytes: stat.isDirectory() ? undefined : readFileSync(absolute) }
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** Writes a snapshot into a folder that is not there. */
export function restoreSnapshot({ entries }: Snapshot, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const { path, mode, bytes } of entries) {
    const absolute = join(folder, path)
    if (bytes === undefined) mkdirSync(absolute, { recursive: true, mode })
    else {
      mkdirSync(dirname(absolute), { recursive: true })
      writeFileSync(absolute, bytes, { mode })
    }
  }
}

/** The same disk without one kind of file, as if it had not been written. */
export function withoutFiles(snapshot: Snapshot, name: RegExp): Snapshot {
  const entries = snapshot.entries.filter(({ path }) => !name.test(path))
  return { digest: `${snapshot.digest} without ${name.source}`, entries }
}

const lock = /(^|\/)locks\/\d+\.json$/

/** Parents before what is in them, sorted. Files that go away meanwhile are not there. */
function list(folder: string, below: string): string[] {
  return namesIn(join(folder, below))
    .map((entry) => ({ path: join(below, entry.name), isFolder: entry.isDirectory(), isFile: entry.isFile() }))
    .filter(({ path, isFolder, isFile }) => isFolder || (isFile && !lock.test(path)))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1))
    .flatMap(({ path, isFolder }) => (isFolder ? [path, ...list(folder, path)] : [path]))
}

function namesIn(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}
