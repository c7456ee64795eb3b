import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

function run(folder: string, program: string, ...args: string[]): { code: number | null; output: string } {
  const done = spawnSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  return { code: done.status, output: `${done.stdout}${done.stderr}` }
}

/** Packing is npm's, whichever runtime runs the tests, and takes a while; what was packed is run on both. */
describe.skipIf(process.versions.bun !== undefined)('an installed package', () => {
  let folder = ''
  let elsewhere = ''
  const installed = (path: string): string => join(elsewhere, 'node_modules/runbook', path)

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'runbook-package-'))
    // packed from a copy, as packing builds and other tests use what is built here
    const copy = join(folder, 'checkout')
    mkdirSync(copy)
    for (const name of readdirSync(root).filter((entry) => !/^(\.|node_modules$|dist$|coverage$|test$)/.test(entry))) {
      cpSync(join(root, name), join(copy, name), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    const packed = run(copy, 'npm', 'pack', '--silent', '--pack-destination', folder)
    expect(packed).toMatchObject({ code: 0 })

    elsewhere = join(folder, 'elsewhere')
    mkdirSync(elsewhere)
    writeFileSync(join(elsewhere, 'package.json'), '{ "private": true, "type": "module" }')
    const tarball = join(folder, `runbook-${version}.tgz`)
    const added = run(
      elsewhere,
      'npm',
      'install',
      '--ignore-scripts',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      tarball,
    )
    expect(added).toMatchObject({ code: 0 })
  }, 600_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('says its version, on Node and on Bun', () => {
    const bin = join(elsewhere, 'node_modules/.bin/runbook')
    const bun = join(root, 'node_modules/.bin/bun')
    expect(run(elsewhere, bin, '--version')).toEqual({ code: 0, output: expect.stringContaining(version) })
    expect(run(elsewhere, bun, bin, '--version')).toEqual({ code: 0, output: expect.stringContaining(version) })
  })

  it('has compiled JavaScript, declarations, runbooks, schemas and licences, and no sources or tests', () => {
    for (const path of [
      'dist/bin/library.js',
      'dist/engine/index.d.ts',
      'dist/bin/THIRD-PARTY-NOTICES.txt',
      'LICENSE',
    ]) {
      expect(existsSync(installed(path)), path).toBe(true)
    }
    for (const path of ['engine', 'steps', 'test', 'dist/.built-from'])
      expect(existsSync(installed(path)), path).toBe(false)
  })

  it('can be imported', () => {
    const code =
      'const { defineStep, loadRunbook } = await import("runbook"); console.log(typeof defineStep, typeof loadRunbook)'
    expect(run(elsewhere, process.execPath, '--input-type=module', '-e', code)).toEqual({
      code: 0,
      output: 'function function\n',
    })
  })

  it('has types that TypeScript finds', () => {
    writeFileSync(
      join(elsewhere, 'consumer.ts'),
      [
        `import { defineStep, loadRunbook } from 'runbook'`,
        `type Known<T> = 0 extends 1 & T ? false : true // \`any\` is what a declaration that was not found becomes`,
        `export const known: [Known<typeof loadRunbook>, Known<Parameters<typeof defineStep>[0]>] = [true, true]`,
      ].join('\n'),
    )
    const options = [
      '--strict',
      '--noEmit',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--lib',
      'es2023,esnext.disposable',
    ]
    const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    expect(run(elsewhere, process.execPath, tsc, ...options, ...types, 'consumer.ts')).toEqual({ code: 0, output: '' })
  }, 120_000)
})
