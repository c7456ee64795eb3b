// @ts-check
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { nativeBuilt } from './native-built.mjs'
import { run } from './run.mjs'
import { SetUpError } from './set-up-error.mjs'

/**
 * Installs the packages of the lockfile and runs the install scripts that package.json allows by name, unless the last
 * set-up did exactly that. The stamp is written last, so an interrupted set-up is done again.
 *
 * @param {string} root
 */
export async function installNpmPackages(root) {
  const stampFile = join(root, 'node_modules/.runbook-set-up')
  const stamp = stampOf(root)
  if (read(stampFile) === stamp && nativeBuilt(root)) return
  if (!asLocked(root)) {
    console.error('installing npm packages from the lockfile')
    await npm(root, ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'])
  }
  if (!scriptsRan(root)) {
    const names = allowedScripts(root)
    console.error(`running the install scripts of ${names.join(' and ')}`)
    // npm 10 knows no allowScripts: naming the packages is what works with all of them, whatever .npmrc says
    await npm(root, ['rebuild', '--ignore-scripts=false', '--loglevel=error', ...names], withHeaders())
    if (!scriptsRan(root))
      throw new SetUpError(`the install scripts of ${names.join(' and ')} left something that does not run`)
  }
  writeFileSync(stampFile, stamp)
}

/** @param {string} root */
function stampOf(root) {
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(allowedScripts(root).join())
  return `${hash.digest('hex')} node-abi-${process.versions.modules} ${process.platform}-${process.arch}\n`
}

/** @param {string} root @returns {string[]} */
function allowedScripts(root) {
  const { allowScripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return Object.keys(allowScripts).filter((name) => allowScripts[name] === true)
}

/**
 * Whether `node_modules` is what the lockfile says, by npm's own list, which npm writes when all is in place.
 *
 * @param {string} root
 */
function asLocked(root) {
  const installed = read(join(root, 'node_modules/.package-lock.json'))
  if (installed === undefined) return false
  /** @type {Record<string, { version?: string }>} */
  const found = JSON.parse(installed).packages
  /** @type {Record<string, { version?: string, optional?: boolean }>} */
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return (
    Object.entries(wanted).every(
      ([path, { version, optional }]) => path === '' || optional || found[path]?.version === version,
    ) &&
    Object.entries(found).every(
      ([path, { version }]) => wanted[path]?.version === version && existsSync(join(root, path)),
    )
  )
}

/** Whether what the install scripts make is there and runs. @param {string} root */
function scriptsRan(root) {
  const works = (/** @type {string} */ program, /** @type {string[]} */ ...args) =>
    spawnSync(program, args, { cwd: root, stdio: 'ignore' }).status === 0
  return (
    nativeBuilt(root) &&
    works(process.execPath, '-e', 'require("pkcs11js")') &&
    works(join(root, 'node_modules/.bin/bun'), '--version')
  )
}

/** Node's headers mostly lie beside Node; node-gyp would download them. @returns {NodeJS.ProcessEnv} */
function withHeaders() {
  const prefix = dirname(dirname(process.execPath))
  return existsSync(join(prefix, 'include/node/node_api.h'))
    ? { npm_config_nodedir: prefix, ...process.env }
    : process.env
}

/** @param {string} root @param {readonly string[]} args @param {NodeJS.ProcessEnv} [env] */
async function npm(root, args, env = process.env) {
  const own = process.env.npm_execpath
  const [program, before] = own !== undefined && /npm-cli\.[cm]?js$/.test(own) ? [process.execPath, [own]] : ['npm', []]
  const code = await run(program, [...before, ...args], { cwd: root, env, quiet: true })
  if (code !== 0) throw new SetUpError(`\`npm ${args.join(' ')}\` failed with exit code ${code}`)
}

/** @param {string} file */
function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}
