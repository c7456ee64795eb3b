import { readdir, readFile } from 'node:fs/promises'
import { effectVariable } from './program-environment.ts'

/**
 * Finds programs of an effect that still run: those that a killed engine left behind.
 *
 * @returns their process ids; `undefined` where the operating system does not tell (all but Linux)
 */
export async function runningPrograms(effectId: string): Promise<readonly number[] | undefined> {
  if (process.platform !== 'linux') return undefined
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const environment = await environmentOf(name)
    if (environment.includes(`${effectVariable}=${effectId}`)) found.push(Number(name))
  }
  return found
}

/** Empty for a process that ended meanwhile and for those of other users, which are none of ours. */
async function environmentOf(pid: string): Promise<readonly string[]> {
  try {
    return (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0')
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(String(error.code))
    )
      return []
    throw error
  }
}
