// @ts-check
import { existsSync } from 'node:fs'
import { delimiter } from 'node:path'
import { findInstaller } from './find-installer.mjs'
import { nativeBuilt } from './native-built.mjs'
import { onPath } from './on-path.mjs'
import { SetUpError } from './set-up-error.mjs'

/**
 * @typedef {object} Need what is missing when one of its programs or all of its files are
 * @property {readonly string[]} programs
 * @property {readonly string[]} [files] at least one must be there
 * @property {'always' | 'compile' | 'test'} when
 * @property {string} debian package name
 * @property {string} fedora
 * @property {string} homebrew
 */

const softhsmModules = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
]

/** @type {readonly Need[]} */
export const needs = [
  {
    programs: ['softhsm2-util'],
    files: softhsmModules,
    when: 'always',
    debian: 'softhsm2',
    fedora: 'softhsm',
    homebrew: 'softhsm',
  },
  { programs: ['pkcs11-tool'], when: 'always', debian: 'opensc', fedora: 'opensc', homebrew: 'opensc' },
  // simulated programs are scripts for it
  { programs: ['bash'], when: 'always', debian: 'bash', fedora: 'bash', homebrew: 'bash' },
  { programs: ['openssl'], when: 'always', debian: 'openssl', fedora: 'openssl', homebrew: 'openssl@3' },
  {
    programs: ['ssh-keygen', 'ssh-agent', 'ssh-add'],
    when: 'always',
    debian: 'openssh-client',
    fedora: 'openssh-clients',
    homebrew: 'openssh',
  },
  { programs: ['python3'], when: 'compile', debian: 'python3', fedora: 'python3', homebrew: 'python' },
  { programs: ['make'], when: 'compile', debian: 'make', fedora: 'make', homebrew: 'make' },
  { programs: ['g++'], when: 'compile', debian: 'g++', fedora: 'gcc-c++', homebrew: 'gcc' },
  {
    programs: ['aws'],
    // one of the system's: another one that is first on the path may be a shim of a Python that is not there
    files: ['/usr/bin/aws', '/usr/local/bin/aws', '/opt/homebrew/bin/aws'],
    when: 'test',
    debian: 'awscli',
    fedora: 'awscli2',
    homebrew: 'awscli',
  },
  { programs: ['certtool'], when: 'test', debian: 'gnutls-bin', fedora: 'gnutls-utils', homebrew: 'gnutls' },
]

/**
 * The needs that this machine does not meet.
 *
 * @param {{ path: string, forTests: boolean, compile: boolean, exists?: (file: string) => boolean }} machine
 * @returns {readonly Need[]}
 */
export function missingNeeds({ path, forTests, compile, exists = existsSync }) {
  return needs.filter(({ programs, files = [], when }) => {
    if ((when === 'test' && !forTests) || (when === 'compile' && !compile)) return false
    return !programs.every((program) => onPath(program, path)) || (files.length > 0 && !files.some(exists))
  })
}

/**
 * Installs what is missing through the system's package manager.
 *
 * @param {string} root
 * @param {{ forTests: boolean }} options
 * @throws {SetUpError} with the packages of each system when there is no right to install them
 */
export async function installSystemPackages(root, { forTests }) {
  // programs of administrators are not on everybody's path
  const path = [process.env.PATH ?? '', '/usr/local/sbin', '/usr/sbin', '/sbin'].join(delimiter)
  const look = () => missingNeeds({ path, forTests, compile: !nativeBuilt(root) })
  const missing = look()
  if (missing.length === 0) return
  const installer = findInstaller(path)
  if (installer === undefined) throw new SetUpError(howToInstall(missing), 2)
  const names = missing.map((need) => need[installer.system])
  console.error(`installing ${names.join(', ')}`)
  const output = installer.install(names)
  const left = look()
  if (left.length > 0) throw new SetUpError(`${output}\n${howToInstall(left)}`.trim(), 2)
}

/** One message for a person without the right to install. @param {readonly Need[]} missing */
export function howToInstall(missing) {
  const list = (/** @type {'debian' | 'fedora' | 'homebrew'} */ system) => missing.map((need) => need[system]).join(' ')
  return [
    `programs are missing: ${missing.flatMap(({ programs }) => programs).join(', ')}; installing them needs root or \`sudo\` without a password`,
    'hint: install them, then run the same command again',
    `  Debian, Ubuntu  sudo apt-get install ${list('debian')}`,
    `  Fedora, RHEL    sudo dnf install ${list('fedora')}`,
    `  Homebrew        brew install ${list('homebrew')}`,
  ].join('\n')
}
