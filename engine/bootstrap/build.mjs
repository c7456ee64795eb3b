// @ts-check
/**
 * Builds `dist/bin`: the command line `runbook.js`, which loads `main.js`, or `validate.js` for that command; the library
 * `library.js`; the chunks that `main.js` and it load on use; and what the families of steps say, `families.json`. With `--package` it starts from an empty `dist` and adds the declarations (`dist/engine`, `dist/steps`).
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { assetsOf } from './build-assets.mjs'
import { namesOfCommonJs } from './build-cjs-names.mjs'
import { familiesJson } from './build-families.mjs'
import { noticesOf } from './build-notices.mjs'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
const bin = join(root, 'dist/bin')
/** Knows time zones, and is a third of what `validate` loads: kept out of its one file, for the environments that have windows. */
const onUse = 'zone-times'
const forPackage = process.argv.includes('--package')
const anHourAgo = Date.now() - 3_600_000

/** @type {import('esbuild').BuildOptions & { write: false, metafile: true }} */
const common = {
  absWorkingDir: root,
  inject: ['engine/cli/source-positions.ts'],
  outdir: bin,
  bundle: true,
  format: 'esm',
  platform: 'node',
  mainFields: ['module', 'main'],
  target: 'node20.19',
  external: ['pkcs11js'], // native code
  alias: { yaml: join(root, 'node_modules/yaml/browser/index.js') }, // the same in ES modules, without a wrapper a file
  keepNames: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none', // all licences are in one file, below
  metafile: true,
  write: false,
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"' },
  // CommonJS packages inside still call require for Node's own modules
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
}
const [whole, quick] = await Promise.all([
  build({
    ...common,
    entryPoints: { main: 'engine/cli/main.ts', library: 'engine/index.ts', [onUse]: `engine/document/${onUse}.ts` },
    splitting: true, // what a command does not touch is not even read
    plugins: [namesOfCommonJs],
  }),
  build({ ...common, entryPoints: { validate: 'engine/cli/main.ts' }, banner: {}, plugins: [nothingBut('validate')] }),
]).catch(() => process.exit(1)) // it has said why
const { metafile } = whole

if (forPackage) rmSync(join(root, 'dist'), { recursive: true, force: true })
mkdirSync(bin, { recursive: true })
const written = new Map([...whole.outputFiles, ...quick.outputFiles].map(({ path, contents }) => [path, contents]))
const program = "process.argv[2] === 'validate' ? './validate.js' : './main.js'"
written.set(join(bin, 'runbook.js'), Buffer.from(`#!/usr/bin/env node\nawait import(${program})\n`))
for (const [name, contents] of assetsOf(root, metafile)) written.set(join(bin, name), contents)
written.set(join(bin, 'families.json'), Buffer.from(await familiesJson(root)))
written.set(join(bin, 'THIRD-PARTY-NOTICES.txt'), Buffer.from(noticesOf(root, metafile)))
for (const [path, contents] of written) replace(path, contents)
// chunks of earlier builds: a command that still runs may yet load one
for (const name of readdirSync(bin)) {
  const path = join(bin, name)
  if (!written.has(path) && statSync(path).mtimeMs < anHourAgo) rmSync(path)
}
if (process.env.RUNBOOK_METAFILE !== undefined) writeFileSync(process.env.RUNBOOK_METAFILE, JSON.stringify(metafile))
if (forPackage) {
  const tsc = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  })
  process.exitCode = tsc.status ?? 1
}

/**
 * For a bundle in one file, which loads faster than chunks do, and in which one command works.
 *
 * @param {string} command
 * @returns {import('esbuild').Plugin}
 */
function nothingBut(command) {
  return {
    name: 'one-command',
    setup({ onResolve }) {
      onResolve({ filter: /\/(commands\/[^/]+|steps\/index)[.]ts$/ }, ({ path, kind }) =>
        kind !== 'dynamic-import' || path === `./commands/${command}.ts` ? undefined : { path, external: true },
      )
      onResolve({ filter: new RegExp(`/${onUse}[.]ts$`) }, () => ({ path: `./${onUse}.js`, external: true }))
    },
  }
}

/**
 * In one step, and not at all when nothing changes: a command may start while this runs.
 *
 * @param {string} path
 * @param {Uint8Array} contents
 */
function replace(path, contents) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, contents, { mode: path.endsWith('/runbook.js') ? 0o755 : 0o644 })
  renameSync(temporary, path)
}
