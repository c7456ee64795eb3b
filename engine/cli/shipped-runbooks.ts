import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Paths of the runbooks that come with this program and have a rehearsal file. */
export async function shippedRunbooks(): Promise<readonly string[]> {
  const folder = fileURLToPath(new URL('../../runbooks/', import.meta.url))
  const names = await readdir(folder)
  return names
    .filter((name) => /(?<!\.rehearsal)\.yaml$/.test(name))
    .filter((name) => names.includes(name.replace(/\.yaml$/, '.rehearsal.yaml')))
    .sort()
    .map((name) => join(folder, name))
}
