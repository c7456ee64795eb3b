import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Preflight } from '../../engine/preflight/preflight.ts'
import { Signers } from '../unit/engine/approval/signers.ts'
import { Workshop } from './runbook.ts'
import { portableRoot, type Sandbox, startSandbox } from './sandbox-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'runbook-preflight-'))
const workshop = new Workshop()
let signers: Signers
let sandbox: Sandbox
let environment = ''

beforeAll(async () => {
  signers = new Signers('alice', 'bob')
  sandbox = await startSandbox(join(folder, 'sandbox'), [portableRoot])
  environment = readFileSync(sandbox.environment, 'utf8')
})

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]()
  signers[Symbol.dispose]()
  workshop[Symbol.dispose]()
  rmSync(folder, { recursive: true })
})

/** The command with an environment in which some text is another. */
async function preflightWith(
  name: string,
  changes: readonly (readonly [string | RegExp, string])[],
  ...options: string[]
) {
  let text = environment
  for (const [from, to] of changes) {
    expect(text).toMatch(from)
    text = text.replace(from, to)
  }
  const path = join(dirname(sandbox.environment), `${name}.yaml`)
  writeFileSync(path, text)
  return workshop.see(['preflight', portableRoot, '--env', path, '--state', join(folder, name), ...options])
}

/** What is not good. */
async function wrong(name: string, changes: readonly (readonly [string | RegExp, string])[]) {
  const { stdout, stderr, exit } = await preflightWith(name, changes, '--json')
  expect(stderr).toBe('')
  const { preflight } = JSON.parse(stdout) as { readonly preflight: Preflight }
  return { exit, findings: preflight.findings.filter(({ verdict }) => verdict !== 'good'), preflight }
}

describe('runbook preflight', () => {
  it('shows a table for each binding, and exits with 0 when all is good', async () => {
    const ledger = (): string => readFileSync(join(sandbox.dir, 'ledger.jsonl'), 'utf8')
    const before = ledger()
    const { stdout, stderr, exit } = await preflightWith('good', [])
    expect({ stderr, exit }).toEqual({ stderr: '', exit: 0 })
    const lines = stdout.trimEnd().split('\n')
    expect(lines.slice(0, 3)).toEqual([
      'preflight    TIME',
      'runbook      portable-root 1.1.0: Build a portable root CA and its AWS Private CA subordinate',
      'environment  sandbox (sandbox)',
    ])
    expect(lines).toContain(
      '  good  permissions          `arn:aws:iam::111122223333:user/runbook-sandbox` may do 13 actions of the steps',
    )
    expect(lines).toContain('  good  clock                agrees with AWS')
    expect(stdout).toMatch(/^ {2}good {2}program openssl {6}\/\S+openssl$/m)
    expect(lines.at(-1)).toBe('31 findings: 31 good, 0 bad, 0 unknown; nothing was changed')
    expect(ledger()).toBe(before)
  })

  it('tells everything that is wrong at once: a wrong account, a folder that is gone, a token that is another', async () => {
    const { exit, findings } = await wrong('wrong', [
      [/accountId: "?'?111122223333'?"?/, "accountId: '444455556666'"],
      [/(kind: folder\s+path: \S+\/out)/, '$1-gone'],
      [/token=backup-hsm/, 'token=other-hsm'],
    ])
    expect(exit).toBe(4)
    expect(findings.map(({ binding, verdict, what }) => [binding, verdict, what])).toEqual([
      ['hsmClient', 'unknown', expect.stringContaining('HSMs of cluster-')],
      ['backupToken', 'bad', 'opened and verified'],
      ['aws', 'bad', 'opened and verified'],
      ['out', 'bad', 'opened and verified'],
      [null, 'unknown', 'clock'],
    ])
    expect(findings[2]).toMatchObject({ look: 'open', detail: expect.stringContaining('wants account `444455556666`') })
  })

  it('wants a key of as many approvers as the gates ask for', async () => {
    signers.allow(signers.line('alice'))
    const { exit, findings } = await wrong('keys', [[/^/, `allowedSigners: ${signers.allowedSigners}\n`]])
    expect(exit).toBe(4)
    const none = 'has no key among the allowed signers'
    expect(findings).toEqual([
      {
        ...{ binding: null, look: 'approvers', what: 'approvers of role `key-custodian`', verdict: 'bad' },
        detail: expect.stringContaining(`1 can sign, wanted 2; \`bob\` ${none}`),
        hint: 'add who else may approve, with their keys, to the environment',
      },
    ])
    signers.allow(signers.line('alice'), signers.line('bob'), signers.line('bob', { principals: 'carol' }))
    expect(await wrong('more-keys', [[/^/, `allowedSigners: ${signers.allowedSigners}\n`]])).toMatchObject({
      exit: 0,
      findings: [],
    })
  })

  it('looks for a window that is long enough', async () => {
    const past = 'windows:\n  - { from: 2020-01-01T00:00, to: 2020-01-01T04:00, zone: UTC, title: Long ago }\n'
    const { exit, findings } = await wrong('window', [[/^/, past]])
    expect(exit).toBe(4)
    expect(findings).toMatchObject([{ look: 'window', verdict: 'bad', detail: expect.stringContaining('`Long ago`') }])
  })

  it('refuses an environment with mistakes as every command does', async () => {
    const { exit, stderr } = await preflightWith('mistake', [[/kind: folder/, 'kind: drawer']])
    expect(exit).toBe(3)
    expect(stderr).toContain('drawer')
  })
})

it('names the permission that is denied, and the steps that need it', { timeout: 120_000 }, async () => {
  const denied = join(folder, 'denied')
  const text = readFileSync(portableRoot, 'utf8')
  const rehearsal = readFileSync(portableRoot.replace(/yaml$/, 'rehearsal.yaml'), 'utf8')
  const changed = rehearsal.replace(/(\n +)region: us-east-1/, "$&$1iam: { deny: ['acm-pca:IssueCertificate'] }")
  expect(changed).not.toBe(rehearsal)
  workshop.write('denied/portable-root.yaml', text)
  workshop.write('denied/portable-root.rehearsal.yaml', changed)
  const runbook = join(workshop.dir, 'denied', 'portable-root.yaml')
  await using other = await startSandbox(denied, [runbook])
  const { stdout, exit } = await workshop.see([
    ...['preflight', runbook, '--env', other.environment, '--state', join(folder, 'denied-state')],
  ])
  expect(exit).toBe(4)
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().replace(/ {2,}/g, '  '))
  const at = lines.findIndex((line) => line.startsWith('bad  permission'))
  expect(lines.slice(at, at + 2)).toEqual([
    'bad  permission acm-pca:IssueCertificate  a policy denies it to `arn:aws:iam::111122223333:user/runbook-sandbox`; needed by `testCertificate`',
    'hint: change the policy that denies it, or run as somebody else',
  ])
  expect(lines.slice(-2)).toEqual([
    '32 findings: 31 good, 1 bad, 0 unknown; nothing was changed',
    'a person must act before the window',
  ])
})
