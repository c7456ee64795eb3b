import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
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
