import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createFileDurably } from '../journal/durable-file.ts'

/** `DIR/sandbox.json`: what makes a sandbox the same one over restarts. */
export interface SandboxIdentity {
  /** Shared by the sandbox and its environment file. */
  readonly token: string
}

/** Opens the folder of a sandbox, made on first use. */
export async function openSandboxFolder(
  dir: string,
): Promise<{ readonly path: string; readonly identity: SandboxIdentity }> {
  const path = resolve(dir)
  await mkdir(path, { recursive: true, mode: 0o700 })
  // locks are taken in it as in a state folder
  await mkdir(join(path, 'locks'), { recursive: true, mode: 0o700 })
  const fresh: SandboxIdentity = { token: randomBytes(24).toString('hex') }
  const file = join(path, 'sandbox.json')
  await createFileDurably(file, Buffer.from(`${JSON.stringify(fresh)}\n`))
  return { path, identity: JSON.parse(await readFile(file, 'utf8')) as SandboxIdentity } // appears whole, written above alone
}

const runbooksFile = (path: string): string => join(path, 'runbooks.json')

/** Keeps which runbooks a sandbox was started for. */
export async function keepRunbooks(path: string, files: readonly string[]): Promise<void> {
  const fresh = `${runbooksFile(path)}.new`
  await writeFile(fresh, `${JSON.stringify(files.map((file) => resolve(file)))}\n`, { mode: 0o600 })
  await rename(fresh, runbooksFile(path))
}

/** Which runbooks the sandbox in a folder was started for last; none where there never was one. */
export async function runbooksOf(dir: string): Promise<readonly string[]> {
  try {
    return JSON.parse(await readFile(runbooksFile(resolve(dir)), 'utf8')) as readonly string[] // written above alone
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
