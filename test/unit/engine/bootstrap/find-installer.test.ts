import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const installer = new URL('../../../../engine/bootstrap/find-installer.mjs', import.meta.url).href
const asRoot = process.getuid?.() === 0

/** Asks a process that sees only our own package manager, which writes down what it is told. */
describe.skipIf(process.platform === 'darwin')('the package manager', () => {
  let path = ''
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'runbook-installer-'))
    for (const program of ['env', 'sh', 'cat', 'touch'])
      symlinkSync(spawnSync('which', [program]).stdout.toString().trim(), join(path, program))
    if (!asRoot) write('sudo', '[ "$1" = -n ] || exit 1; shift; exec "$@"')
  })
  afterEach(() => rmSync(path, { recursive: true }))

  const write = (program: string, script: string): void => {
    writeFileSync(join(path, program), `#!/bin/sh\n${script}\n`)
    chmodSync(join(path, program), 0o755)
  }
  const ask = (): unknown => {
    const code = `const { findInstaller } = await import('${installer}')
      const found = findInstaller(process.env.PATH)
      console.log(JSON.stringify(found && { system: found.system, complaint: found.install(['softhsm2', 'opensc']) }))`
    const asModule = process.versions.bun === undefined ? ['--input-type=module'] : []
    const { stdout } = spawnSync(process.execPath, [...asModule, '-e', code], { env: { PATH: path }, encoding: 'utf8' })
    return stdout.trim() === 'undefined' ? undefined : JSON.parse(stdout)
  }
  const told = (): string[] =>
    existsSync(join(path, 'told')) ? readFileSync(join(path, 'told'), 'utf8').trim().split('\n') : []

  it('is apt-get without a question, and its lists are left alone when they are good', () => {
    write('apt-get', `echo "$DEBIAN_FRONTEND $*" >> ${path}/told`)
    expect(ask()).toEqual({ system: 'debian', complaint: '' })
    expect(told()).toEqual([
      'noninteractive -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends softhsm2 opensc',
    ])
  })

  it('updates the lists of apt-get when a package is not found', () => {
    write(
      'apt-get',
      `echo "$4" >> ${path}/told; [ "$4" = update ] && touch ${path}/lists; [ -e ${path}/lists ] || { echo "Unable to locate package"; exit 100; }`,
    )
    expect(ask()).toEqual({ system: 'debian', complaint: '' })
    expect(told()).toEqual(['install', 'update', 'install'])
  })

  it('says what apt-get said when it fails', () => {
    write('apt-get', 'echo "Unable to locate package softhsm2" >&2; [ "$4" = update ]')
    expect(ask()).toEqual({ system: 'debian', complaint: 'Unable to locate package softhsm2' })
  })

  it('is dnf where there is no apt-get', () => {
    write('dnf', `echo "$*" >> ${path}/told`)
    expect(ask()).toEqual({ system: 'fedora', complaint: '' })
    expect(told()).toEqual(['-y install softhsm2 opensc'])
  })

  it('is none where we know none', () => {
    expect(ask()).toBeUndefined()
  })

  it.skipIf(asRoot)('is none without the right to install', () => {
    write('apt-get', 'exit 0')
    write('sudo', 'exit 1')
    expect(ask()).toBeUndefined()
  })
})
