// @ts-check
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const entry =
  "export { families } from './steps/index.ts'; export { familiesText } from './engine/cli/families-text.ts'"

/**
 * What all families say, as JSON; functions are left out. `validate` reads it instead of loading the families.
 *
 * @param {string} root
 */
export async function familiesJson(root) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents: entry, resolveDir: root },
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    write: false,
    logLevel: 'warning',
  })
  // a file inside the checkout, where packages are found from
  const temporary = join(root, `dist/.families-${process.pid}.mjs`)
  mkdirSync(join(root, 'dist'), { recursive: true })
  try {
    writeFileSync(temporary, outputFiles[0]?.contents ?? '')
    const { families, familiesText } = await import(pathToFileURL(temporary).href)
    return familiesText(families)
  } finally {
    rmSync(temporary, { force: true })
  }
}
