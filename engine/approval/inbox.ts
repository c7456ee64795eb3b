import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createFileDurably, syncFolder } from '../journal/durable-file.ts'

/** What people tell a run by files. */
const inboxKinds = ['approval', 'resolution', 'override', 'manual'] as const

export type InboxKind = (typeof inboxKinds)[number]

export interface InboxItem {
  readonly kind: InboxKind
  readonly path: string
  /** SHA-256 of the text in UTF-8, hex: the same text is the same item. */
  readonly sha256: string
  readonly text: string
}

/** A file in the inbox that is no item. It is left where it is. */
export interface BrokenItem {
  readonly path: string
  readonly why: string
}

/** Bytes; no answer is nearly as long. */
const limitBytes = 1024 * 1024

export function inboxPath(runFolder: string): string {
  return join(runFolder, 'inbox')
}

/**
 * Puts a text into a run's inbox, durable once this resolved. The name is made of the content, so the same text twice is one file, and
 * nothing is ever replaced.
 *
 * @returns the file's path
 */
export async function putIntoInbox(runFolder: string, kind: InboxKind, text: string): Promise<string> {
  const inbox = inboxPath(runFolder)
  if ((await mkdir(inbox, { recursive: true, mode: 0o700 })) !== undefined) await syncFolder(runFolder)
  const bytes = Buffer.from(text, 'utf8')
  const path = join(inbox, `${kind}-${sha256Of(bytes)}.json`)
  if ((await createFileDurably(path, bytes, 0o600)) === 'different')
    throw new Error(`\`${path}\` is there and does not hold what its name says`)
  return path
}

/**
 * Reads a run's inbox, in the order of names, which is the same each time. Files stay; the journal says what was taken.
 *
 * What is half written, unreadable, or not what its name says is told apart and stops nothing.
 */
export async function readInbox(
  runFolder: string,
): Promise<{ readonly items: readonly InboxItem[]; readonly broken: readonly BrokenItem[] }> {
  const inbox = inboxPath(runFolder)
  const items: InboxItem[] = []
  const broken: BrokenItem[] = []
  for (const name of await namesIn(inbox)) {
    if (beingWritten.test(name)) continue
    const path = join(inbox, name)
    const [, kindText, sha256 = ''] = /^([a-z]+)-([0-9a-f]{64})\.json$/.exec(name) ?? []
    const kind = inboxKinds.find((each) => each === kindText)
    const bytes = kind === undefined ? 'its name is not one that `runbook` gives' : await bytesOf(path)
    if (kind === undefined || typeof bytes === 'string') broken.push({ path, why: String(bytes) })
    else if (sha256Of(bytes) !== sha256) broken.push({ path, why: 'its content is not what its name says' })
    else items.push({ kind, path, sha256, text: bytes.toString('utf8') })
  }
  return { items, broken }
}

/** What `createFileDurably` writes before the file appears: of a process at work, or of one that was killed. */
const beingWritten = /\.new-[0-9a-f]+$/

async function namesIn(inbox: string): Promise<readonly string[]> {
  try {
    return (await readdir(inbox)).sort()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** The content, or why there is none. A pipe or a link to elsewhere must not hold up a run. */
async function bytesOf(path: string): Promise<Buffer | string> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const stat = await file.stat()
      if (!stat.isFile()) return 'it is no file'
      if (stat.size > limitBytes) return 'it is larger than 1 MiB'
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    return `it cannot be read (\`${error instanceof Error && 'code' in error ? String(error.code) : String(error)}\`)`
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
