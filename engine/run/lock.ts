import { readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createFileDurably } from '../journal/durable-file.ts'
import { isProvablyDead, type ProcessIdentity, thisProcess } from './process-identity.ts'
import { NeedsPerson } from './run-stop.ts'
import type { StateFolder } from './state-folder.ts'

/** Who holds a state folder, for what, since when. */
export interface LockHolder extends ProcessIdentity {
  readonly purpose: string
  readonly since: string
}

/**
 * Takes the state folder for this process: one run at a time works in it. The lock is the file `locks/N.json` with the highest
 * N; the next one may make N+1, exclusively, only when holder N is provably dead. Two that see the same dead
 * holder race for one name, and one wins.
 *
 * @param purpose shown to whoever finds it locked: `run 20261122-135012-k7m2q`
 * @throws {NeedsPerson} `locked`, naming the holder
 */
export async function takeLock(state: StateFolder, purpose: string): Promise<AsyncDisposable> {
  const folder = join(state.path, 'locks')
  const mine: LockHolder = { ...thisProcess(), purpose, since: new Date().toISOString() }
  for (;;) {
    const numbers = await lockNumbers(folder)
    for (const number of numbers) await refuseLiving(folder, number)
    const next = (numbers.at(-1) ?? 0) + 1
    const path = lockPath(folder, next)
    if ((await createFileDurably(path, Buffer.from(`${JSON.stringify(mine)}\n`))) !== 'created') continue
    // numbering starts again when the last holder cleaned up: whoever else took a number meanwhile goes before
    const others = (await lockNumbers(folder)).filter((number) => number !== next)
    try {
      for (const number of others) await refuseLiving(folder, number)
    } catch (error) {
      await unlink(path)
      throw error
    }
    for (const number of others) await unlinkIfThere(lockPath(folder, number))
    return { [Symbol.asyncDispose]: () => unlinkIfThere(path) }
  }
}

/** @returns who holds the state folder now; `undefined`: nobody alive */
export async function lockHolder(state: StateFolder): Promise<LockHolder | undefined> {
  const folder = join(state.path, 'locks')
  for (const number of await lockNumbers(folder)) {
    const holder = await readHolder(lockPath(folder, number))
    if (holder !== undefined && !isProvablyDead(holder)) return holder
  }
  return undefined
}

async function refuseLiving(folder: string, number: number): Promise<void> {
  const holder = await readHolder(lockPath(folder, number))
  if (holder === undefined || isProvablyDead(holder)) return
  throw new NeedsPerson(
    'locked',
    `locked by ${holder.purpose}: process ${holder.pid} of \`${holder.user}\` on \`${holder.host}\`, since ${holder.since}`,
    { hint: 'wait for it, or stop it; `runbook status` shows how far it is' },
  )
}

function lockPath(folder: string, number: number): string {
  return join(folder, `${number}.json`)
}

async function lockNumbers(folder: string): Promise<number[]> {
  try {
    const names = await readdir(folder)
    return names.flatMap((name) => (/^\d+\.json$/.test(name) ? [Number.parseInt(name, 10)] : [])).sort((a, b) => a - b)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

async function readHolder(path: string): Promise<LockHolder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as LockHolder // appears whole or not at all, written above alone
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined // released meanwhile
    throw error
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
