import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFileDurably } from '../journal/durable-file.ts'
import { type StateFolder, StateFolderError } from './state-folder.ts'

const idText = /^[0-9a-f]{20}$/

/** Whether a text can be the id of a state folder. */
export function isStateId(text: string): boolean {
  return idText.test(text)
}

/** The id of a state folder, made by chance when it is first asked for, and durable once this resolved. */
export async function stateId(state: StateFolder): Promise<string> {
  const known = await readStateId(state)
  if (known !== undefined) return known
  await createFileDurably(idPath(state), Buffer.from(`${randomBytes(10).toString('hex')}\n`)) // or another process was first
  const made = await readStateId(state)
  if (made === undefined) throw new Error(`\`${idPath(state)}\` was made and is not there`)
  return made
}

/** @returns `undefined` when it has none yet */
export async function readStateId(state: StateFolder): Promise<string | undefined> {
  const path = idPath(state)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  if (isStateId(text.trim())) return text.trim()
  throw new StateFolderError(
    `\`${path}\` holds no id of a state folder`,
    'it was changed by hand: bring it back, since runs are handed over to the id in it',
  )
}

function idPath(state: StateFolder): string {
  return join(state.path, 'id')
}
