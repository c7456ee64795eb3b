// @ts-check
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'

const reference = /new URL\(\s*(['"`])(\.\.?\/[^'"`$]*)\1,\s*import\.meta\.url,?\s*\)/g

/**
 * Files that sources name as `new URL('…', import.meta.url)`, which must mean the same after bundling: those below the
 * source are copied beside the bundle; those above it lie at the same place only for sources two levels deep, as the
 * bundle is.
 *
 * @param {string} root
 * @param {import('esbuild').Metafile} metafile
 * @returns {Map<string, Uint8Array>} name in `dist/bin` → contents
 */
export function assetsOf(root, metafile) {
  /** @type {Map<string, string>} */
  const assets = new Map()
  for (const input of Object.keys(metafile.inputs)) {
    if (!/^(engine|steps)\//.test(input)) continue
    for (const [, , path = ''] of readFileSync(join(root, input), 'utf8').matchAll(reference)) {
      const file = resolve(root, dirname(input), path)
      if (path.startsWith('..')) {
        if (resolve(root, 'dist/bin', path) === file) continue
        throw new Error(`${input}: \`${path}\` means another file in dist/bin; name it from a file two levels deep`)
      }
      const name = basename(file)
      if (!existsSync(file)) throw new Error(`${input}: there is no \`${relative(root, file)}\``)
      if (join('dist/bin', path) !== join('dist/bin', name)) throw new Error(`${input}: \`${path}\` must lie beside it`)
      if ((assets.get(name) ?? file) !== file) throw new Error(`two files named \`${name}\` would meet in dist/bin`)
      assets.set(name, file)
    }
  }
  return new Map([...assets].map(([name, file]) => [name, readFileSync(file)]))
}
