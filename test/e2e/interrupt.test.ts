import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Workshop } from './runbook.ts'
import { cli, ledgerCounts, portableRoot, startSandbox, tokenObjects } from './sandbox-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'runbook-interrupt-'))
const workshop = new Workshop()

afterAll(() => {
  rmSync(folder, { recursive: true })
  workshop[Symbol.dispose]()
})

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly said: string
}

/** Runs the command line and does something to it when a line of its progress fits. */
async function watch(
  args: readonly string[],
  pattern: RegExp,
  act: (child: ChildProcess, said: string) => void,
): Promise<Ended> {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  let said = ''
  let acted = false
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    if (acted || !pattern.test(said)) return
    acted = true
    act(child, said)
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { code, signal, said }
}

describe('Ctrl-C', () => {
  // at every step of every toy runbook: test/crash; here the real one, at each fourth step
  it('stops at a named safe point again and again, and nothing is done twice', { timeout: 300_000 }, async () => {
    await using sandbox = await startSandbox(join(folder, 'each'), [portableRoot])
    const state = join(folder, 'each-state')
    const options = ['--state', state, '--approve-all']
    const press = (child: ChildProcess): void => {
      child.kill('SIGINT')
    }
    let ended = await watch(['apply', portableRoot, '--env', sandbox.environment, ...options], /^1 \w+: /m, press)
    let stops = 0
    while (ended.code === 130) {
      stops += 1
      expect(ended.said).toMatch(/stopping (after \d+ \w+|at once)/)
      expect(ended.said).toContain(' resume ')
      ended = await watch(['resume', ...options], /(^\d+ \w+: (?!done before|approved)[A-Z][^]*){4}/m, press)
    }
    expect(ended).toMatchObject({ code: 0 })
    expect(stops).toBeGreaterThan(4)
    expect(ledgerCounts(sandbox.dir)).toMatchObject({
      'acm-pca.CreateCertificateAuthority': 1,
      'acm-pca.ImportCertificateAuthorityCertificate': 1,
      'acm-pca.IssueCertificate': 1,
    })
    // the root key, and the public half of the wrapping key
    expect(tokenObjects(sandbox.dir, 'rootToken')).toEqual({ 'Private Key': 1, 'Public Key': 2 })
  })

  it(
    'twice ends at once even while the token makes a key, and resume makes it once',
    { timeout: 120_000 },
    async () => {
      const file = join(folder, 'long.yaml')
      writeFileSync(file, longRunbook)
      writeFileSync(join(folder, 'long.rehearsal.yaml'), 'rehearsal: long\nformat: 1\nbindings: { token: {} }\n')
      await using sandbox = await startSandbox(join(folder, 'long'), [file])
      const options = ['--state', join(folder, 'long-state')]
      const ended = await watch(
        ['apply', file, '--env', sandbox.environment, ...options],
        /^1 key: applying/m,
        (child) => {
          child.kill('SIGINT')
          child.stderr?.on('data', (chunk: Buffer) => {
            if (chunk.toString().includes('stopping')) child.kill('SIGINT')
          })
        },
      )
      // the process kills itself where a native call would hold it back; a shell shows both as 130
      expect([ended.code, ended.signal]).toEqual(ended.signal === null ? [130, null] : [null, 'SIGINT'])
      expect(await workshop.see(['resume', ...options])).toMatchObject({ exit: 0 })
      expect(tokenObjects(sandbox.dir, 'token')).toEqual({ 'Private Key': 1, 'Public Key': 1 })
    },
  )
})

describe('a second apply while one runs', () => {
  it('says who holds the state folder, also when that one is suspended, and exits with 4', async () => {
    await using sandbox = await startSandbox(join(folder, 'locked'), [portableRoot])
    const args = [
      'apply',
      portableRoot,
      '--env',
      sandbox.environment,
      '--state',
      join(folder, 'locked-state'),
      '--approve-all',
    ]
    let second: Awaited<ReturnType<Workshop['see']>> | undefined
    const first = await watch(args, /^1 \w+: /m, (child) => {
      child.kill('SIGSTOP')
      void workshop.see(args).then((seen) => {
        second = seen
        child.kill('SIGCONT')
      })
    })
    expect(second).toMatchObject({
      exit: 4,
      stderr: expect.stringContaining('locked by run RUN of portable-root') as unknown,
    })
    expect(first).toMatchObject({ code: 0 })
  })
})

const longRunbook = `runbook: long
format: 1
version: 1.0.0
title: Make a key that takes long
again: refuse
bindings:
  token: { kind: pkcs11-token, description: A token }
steps:
  - id: key
    title: Generate a large key pair
    uses: pkcs11.generate-key-pair
    target: token
    with: { label: large, algorithm: rsa-4096, extractable: false }
`
