// @ts-check
import { readFile } from 'node:fs/promises'

const shimmed = 'names-of-commonjs'

/**
 * Gives `await import('yaml')` the same names in the bundle as in Node: of a CommonJS package, esbuild exports only the
 * default from the chunk it makes for it.
 *
 * @type {import('esbuild').Plugin}
 */
export const namesOfCommonJs = {
  name: shimmed,
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || path.startsWith('node:') || pluginData === shimmed) return undefined
      const found = await build.resolve(path, { kind, resolveDir, pluginData: shimmed })
      if (found.external || found.errors.length > 0 || !(await commonJs(found.path))) return undefined
      return { path, namespace: shimmed, pluginData: resolveDir }
    })
    build.onLoad({ filter: /./, namespace: shimmed }, async ({ path, pluginData }) => {
      /** @type {object} */
      const asNodeSeesIt = await import(path)
      const names = Object.keys(asNodeSeesIt).filter((name) => name !== 'default' && /^[A-Za-z_$][\w$]*$/.test(name))
      const contents = `import all from '${path}'\nexport default all\nexport const { ${names.join(', ')} } = all\n`
      return { contents, loader: 'js', resolveDir: pluginData }
    })
  },
}

/** @param {string} file */
async function commonJs(file) {
  return !file.endsWith('.mjs') && !/^\s*(import|export)\b/m.test(await readFile(file, 'utf8'))
}
