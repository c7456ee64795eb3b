import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  cli,
  journals,
  ledgerCounts,
  portableRoot,
  type Sandbox,
  startSandbox,
  tokenObjects,
} from './sandbox-process.ts'

/** Kills are spread over the run by a small generator with a fixed seed, printed when the test fails. */
const seed = Number(process.env['RUNBOOK_KILL_SEED'] ?? 20261122)
const kills = 8

const folder = mkdtempSync(join(tmpdir(), 'runbook-kill-'))
const state = join(folder, 'state')
let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox(join(folder, 'sandbox'), [portableRoot])
})

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

describe(`a run that is killed ${kills} times (RUNBOOK_KILL_SEED=${seed})`, () => {
  it('ends with every once-only effect done once', { timeout: 300_000 }, async () => {
    const next = random(seed)
    let killed = 0
    for (;;) {
      const begun =
        existsSync(join(state, 'runs')) &&
        readdirSync(join(state, 'runs')).some((run) => existsSync(join(state, 'runs', run, 'journal.jsonl')))
      const words = begun ? ['resume'] : ['apply', portableRoot, '--env', sandbox.environment]
      // the number of progress lines is the clock: the kill falls at another place each time, however slow the machine is
      const ended = await runUntil(
        [...words, '--state', state, '--approve-all'],
        killed < kills ? 1 + Math.floor(next() * 25) : undefined,
      )
      if (ended !== 'killed') {
        expect(ended).toEqual({ code: 0 })
        break
      }
      killed += 1
    }
    expect(killed).toBeGreaterThan(2)

    const counts = ledgerCounts(sandbox.dir)
    expect(counts['acm-pca.CreateCertificateAuthority']).toBe(1)
    expect(counts['acm-pca.ImportCertificateAuthorityCertificate']).toBe(1)
    expect(counts['acm-pca.IssueCertificate']).toBe(1)
    // the root key, and the public half of the wrapping key
    expect(tokenObjects(sandbox.dir, 'rootToken')).toEqual({ 'Private Key': 1, 'Public Key': 2 })
    // the wrapping key that was there, and the copy
    expect(tokenObjects(sandbox.dir, 'backupToken')).toEqual({ 'Private Key': 2, 'Public Key': 2 })
  })

  it('leaves one journal, in which every step succeeded once', () => {
    const all = journals(state)
    expect(all).toHaveLength(1)
    const keys = (all[0] ?? []).map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.at(-1)).toBe('run/ended')
  })

  it('signed one serial per certificate: the one that was prepared and approved', () => {
    const values = new Map((journals(state)[0] ?? []).map(({ key, value }) => [key, JSON.stringify(value)]))
    for (const [prepare, file] of [
      ['prepareRoot', 'root.pem'],
      ['prepareSubordinate', 'subordinate.pem'],
    ] as const) {
      const pem = join(sandbox.dir, 'simulators', 'folder', 'out', file)
      const [, serial = 'none'] =
        /serial=(\w+)/.exec(execFileSync('openssl', ['x509', '-in', pem, '-noout', '-serial'], { encoding: 'utf8' })) ??
        []
      expect(values.get(`step/${prepare}/succeeded`)).toContain(`"serial":"${serial.toLowerCase()}"`)
      expect([...values.keys()].filter((key) => key.startsWith(`step/${prepare}/succeeded`))).toHaveLength(1)
    }
  })

  it('leaves a chain that OpenSSL accepts strictly, with every CRL', () => {
    const out = join(sandbox.dir, 'simulators', 'folder', 'out')
    const options = [
      '-x509_strict',
      '-crl_check_all',
      '-CRLfile',
      join(out, 'crls.pem'),
      '-CAfile',
      join(out, 'root.pem'),
    ]
    const verdict = execFileSync(
      'openssl',
      ['verify', ...options, '-untrusted', join(out, 'subordinate.pem'), join(out, 'test.pem')],
      { encoding: 'utf8' },
    )
    expect(verdict).toContain(': OK')
  })
})

/** Runs the command line; kills it with SIGKILL once it has printed `lines` lines of progress. */
async function runUntil(
  args: readonly string[],
  lines: number | undefined,
): Promise<'killed' | { readonly code: number | null; readonly said?: string }> {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    if (lines !== undefined && said.split('\n').length > lines) child.kill('SIGKILL')
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  if (signal === 'SIGKILL') return 'killed'
  return code === 0 ? { code } : { code, said }
}

/** Mulberry32. */
function random(start: number): () => number {
  let state = start >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
