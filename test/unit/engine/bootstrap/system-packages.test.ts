import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { howToInstall, missingNeeds, needs } from '../../../../engine/bootstrap/system-packages.mjs'

const everything = needs.flatMap((need) => need.programs)

describe('system packages', () => {
  let path = ''
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'runbook-path-'))
    for (const program of everything) install(program)
  })
  afterEach(() => rmSync(path, { recursive: true }))

  const install = (program: string): void => {
    writeFileSync(join(path, program), '')
    chmodSync(join(path, program), 0o755)
  }
  const missing = (options: { forTests?: boolean; compile?: boolean; without?: string } = {}): string[] => {
    const { forTests = true, compile = true, without } = options
    const exists = (file: string) => without === undefined || !file.includes(without)
    return missingNeeds({ path, forTests, compile, exists }).map((need) => need.debian)
  }

  it('asks for nothing when all is there', () => {
    expect(missing()).toEqual([])
  })

  it('asks for SoftHSM when its module is missing, though its program is there', () => {
    expect(missing({ without: 'softhsm' })).toEqual(['softhsm2'])
  })

  it('asks for the AWS CLI when there is only a shim of it', () => {
    expect(missing({ without: '/aws' })).toEqual(['awscli'])
  })

  it('asks for a program that is there but cannot be run', () => {
    chmodSync(join(path, 'openssl'), 0o644)
    expect(missing()).toEqual(['openssl'])
  })

  it('takes no folder for a program', () => {
    rmSync(join(path, 'openssl'))
    mkdirSync(join(path, 'openssl'))
    expect(missing()).toEqual(['openssl'])
  })

  it('asks for a compiler only while pkcs11js is not built', () => {
    for (const program of ['python3', 'make', 'g++']) rmSync(join(path, program))
    expect(missing({ compile: false })).toEqual([])
    expect(missing({ compile: true })).toEqual(['python3', 'make', 'g++'])
  })

  it('asks for what only tests need only for tests', () => {
    rmSync(join(path, 'certtool'))
    expect(missing({ forTests: false })).toEqual([])
    expect(missing({ forTests: true })).toEqual(['gnutls-bin'])
  })

  it('names the packages for Debian, Fedora and Homebrew', () => {
    expect(howToInstall(needs.filter((need) => ['softhsm2', 'openssl', 'g++'].includes(need.debian)))).toBe(
      [
        'programs are missing: softhsm2-util, openssl, g++; installing them needs root or `sudo` without a password',
        'hint: install them, then run the same command again',
        '  Debian, Ubuntu  sudo apt-get install softhsm2 openssl g++',
        '  Fedora, RHEL    sudo dnf install softhsm openssl gcc-c++',
        '  Homebrew        brew install softhsm openssl@3 gcc',
      ].join('\n'),
    )
  })
})
