import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { createFileDurably } from '../journal/durable-file.ts'
import type { RunBegun } from './records.ts'
import { NeedsPerson } from './run-stop.ts'

/** A document of a run, as it was when the run began. */
export interface PinnedDocument {
  /** Absolute, where it was read. */
  readonly from: string
  /** Where it goes, in the folder of the run. */
  readonly to: string
  readonly bytes: Uint8Array
}

/**
 * The runbook of a run and its scripts, which stand to each other as they did, so that the one finds the others wherever the folder
 * goes. Each is what the run began with.
 *
 * @param runbookPath where it is now
 * @returns the runbook first
 * @throws {NeedsPerson} `changed`
 */
export async function gatherDocuments(begun: RunBegun, runbookPath: string): Promise<readonly PinnedDocument[]> {
  const folder = dirname(resolve(runbookPath))
  const wanted = [
    { from: resolve(runbookPath), sha256: begun.runbook.sha256, what: 'runbook' },
    ...Object.entries(begun.scripts ?? {})
      .filter(([path]) => !isAbsolute(path)) // it has to be there, at the same place
      .map(([path, sha256]) => ({ from: resolve(folder, path), sha256, what: 'script' })),
  ]
  const top = commonFolder(wanted.map(({ from }) => dirname(from)))
  const documents: PinnedDocument[] = []
  for (const { from, sha256, what } of wanted) {
    const bytes = await readFile(from).catch((error: unknown) => {
      throw new NeedsPerson('changed', `${what} \`${from}\` of run \`${begun.run}\` cannot be read`, {
        hint: 'bring it back as it was: it goes with the run',
        cause: error,
      })
    })
    const is = createHash('sha256').update(bytes).digest('hex')
    if (is !== sha256)
      throw new NeedsPerson(
        'changed',
        `${what} \`${from}\` of run \`${begun.run}\` changed: SHA-256 was ${sha256}, is ${is}`,
        {
          hint: 'bring it back as it was: it goes with the run',
        },
      )
    documents.push({ from, to: join('documents', relative(top, from)), bytes })
  }
  return documents
}

/** Puts documents into the folder of a run, durable once this resolved. */
export async function putDocuments(runFolder: string, documents: readonly PinnedDocument[]): Promise<void> {
  for (const { to, bytes } of documents) {
    const path = join(runFolder, to)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    if ((await createFileDurably(path, bytes)) === 'different')
      throw new Error(`\`${path}\` is there with another content`)
  }
}

function commonFolder(folders: readonly string[]): string {
  const [first = '/', ...others] = folders
  let top = first
  while (others.some((folder) => folder !== top && !folder.startsWith(top === '/' ? '/' : `${top}/`)))
    top = dirname(top)
  return top
}
