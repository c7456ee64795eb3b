import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
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
  const entries = list(folder, '').map((path): SnapshotEntry => {
    const absolute = join(folder, path)
    const stat = statSync(absolute)
    const bytes = stat.isDirectory() ? undefined : readFileSync(absolute)
    hash.update(`${path}\0${stat.mode}\0${bytes?.length ?? 'folder'}\0`).update(bytes ?? '')
    return { path, mode: stat.mode & 0o777, bytes }
  })
  return { digest: hash.digest('hex'), entries }
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
  return readdirSync(join(folder, below), { withFileTypes: true })
    .map((entry) => ({ path: join(below, entry.name), isFolder: entry.isDirectory(), isFile: entry.isFile() }))
    .filter(({ path, isFolder, isFile }) => isFolder || (isFile && !lock.test(path)))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1))
    .flatMap(({ path, isFolder }) => (isFolder ? [path, ...list(folder, path)] : [path]))
}
