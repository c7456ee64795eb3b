// @ts-check
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { run } from './run.mjs'
import { SetUpError } from './set-up-error.mjs'

const sources = ['engine', 'steps', 'package.json', 'package-lock.json']

/**
 * Builds the command line into `dist/bin` when a source is newer, gone or added since the last build.
 *
 * @param {string} root
 */
export async function buildIfStale(root) {
  const stampFile = join(root, 'dist/.built-from')
  const before = stampOf(root)
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === before) return
  console.error('building')
  // in a process of its own, as esbuild may just have been installed
  const code = await run(process.execPath, ['engine/bootstrap/build.mjs'], { cwd: root, quiet: true })
  if (code !== 0) throw new SetUpError(`the build failed with exit code ${code}`)
  writeFileSync(stampFile, before) // of the sources as they were read, or older
}

/** @param {string} root */
function stampOf(root) {
  const hash = createHash('sha256')
  for (const name of sources) addTo(hash, root, name)
  return hash.digest('hex')
}

/** @param {import('node:crypto').Hash} hash @param {string} root @param {string} name */
function addTo(hash, root, name) {
  const found = statSync(join(root, name))
  if (!found.isDirectory()) return void hash.update(`${name} ${found.mtimeMs} ${found.size}\n`)
  for (const entry of readdirSync(join(root, name)).sort()) addTo(hash, root, `${name}/${entry}`)
}
