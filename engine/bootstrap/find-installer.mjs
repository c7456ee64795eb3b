// @ts-check
import { spawnSync } from 'node:child_process'
import { onPath } from './on-path.mjs'

/**
 * @typedef {object} Installer
 * @property {'debian' | 'fedora' | 'homebrew'} system
 * @property {(names: readonly string[]) => string} install returns what the package manager said, empty when it went well
 */

/**
 * The package manager that we may use, if any.
 *
 * @param {string} path folders, as in `PATH`
 * @returns {Installer | undefined}
 */
export function findInstaller(path) {
  if (process.platform === 'darwin') {
    return onPath('brew', path)
      ? { system: 'homebrew', install: (names) => complaint(['brew', 'install', ...names]) }
      : undefined
  }
  const asRoot = rightToInstall()
  if (asRoot === undefined) return undefined
  const prefix = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive']
  if (onPath('apt-get', path)) {
    // another package manager, such as unattended upgrades, may be at work
    const apt = [...prefix, 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300']
    const install = (/** @type {readonly string[]} */ names) =>
      complaint([...apt, 'install', '-y', '--no-install-recommends', ...names])
    // a fresh container has no package lists, an old machine stale ones: only then is the slow update needed
    return { system: 'debian', install: (names) => install(names) && (complaint([...apt, 'update']) || install(names)) }
  }
  if (onPath('dnf', path)) {
    return { system: 'fedora', install: (names) => complaint([...prefix, 'dnf', '-y', 'install', ...names]) }
  }
  return undefined
}

/** The words before a command that make it root's; `undefined` when we can't be root. @returns {readonly string[] | undefined} */
function rightToInstall() {
  if (process.getuid?.() === 0) return []
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : undefined
}

/** Nothing when the command went well, else all that it said. @param {readonly string[]} words */
function complaint([program = '', ...args]) {
  const done = spawnSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 1 << 26 })
  if (done.status === 0) return ''
  return `${done.stdout ?? ''}${done.stderr ?? ''}`.trim() || `\`${program} ${args.join(' ')}\` failed`
}
