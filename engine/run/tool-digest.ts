import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

let digest: string | undefined

/**
 * SHA-256 over the files of this program, hex: names and contents of all JavaScript files beside the one that runs, in the order of
 * their names. Which program made a signature cannot be told later.
 */
export function toolDigest(): string {
  if (digest !== undefined) return digest
  const folder = dirname(fileURLToPath(import.meta.url))
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).sort()) {
    if (!/\.(js|mjs|ts)$/.test(name)) continue
    hash.update(`${name}\0`).update(
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest(),
    )
  }
  digest = hash.digest('hex')
  return digest
}
