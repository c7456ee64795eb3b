import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAllowedSigners } from '../../../../engine/document/allowed-signers.ts'
import type { Environment } from '../../../../engine/document/environment.ts'
import { approverKeys } from '../../../../engine/preflight/approver-keys.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import { loadSite } from '../../../crash/toys/site.ts'
import { Signers } from '../approval/signers.ts'

let signers: Signers

beforeAll(() => {
  signers = new Signers('alice', 'bob', 'carol')
})

afterAll(() => signers[Symbol.dispose]())

const gate = (id: string, count: number): string =>
  `  - { id: ${id}, uses: toy.set-setting, target: world, with: { name: s, value: 1 }, approval: { role: custodian, count: ${count} } }\n`
const run = { from: Date.UTC(2026, 10, 22, 13), to: Date.UTC(2026, 10, 22, 15) }

interface Changed {
  readonly people?: readonly string[]
  readonly lines?: readonly string[]
  readonly operator?: string
  readonly revoked?: string
  readonly kind?: Environment['kind']
  readonly unsigned?: true
}

async function seen(changed: Changed = {}) {
  const { people = ['alice', 'bob', 'carol'], operator = 'olivia', revoked, kind = 'test' } = changed
  const lines = changed.lines ?? people.map((name) => signers.line(name))
  const allowedSigners = { path: '/keys', sha256: '', signers: readAllowedSigners(lines.join('\n')).signers }
  const environment: Environment = {
    ...(await loadSite('w')),
    kind,
    approvers: new Map([['custodian', people]]),
    allowedSigners: changed.unsigned ? undefined : allowedSigners,
    revokedKeys: revoked,
  }
  return approverKeys(await loadToy(gate('a', 1) + gate('b', 2)), environment, operator, run)
}

describe("approvers' keys", () => {
  const what = 'approvers of role `custodian`'

  it('are good when as many as the most demanding gate asks for can sign', async () => {
    const detail = '`alice`, `bob` and `carol` can sign, wanted 2 approvals'
    expect(await seen()).toEqual([{ what, verdict: 'good', detail }])
  })

  it('are bad when too few have one, and each who has none is named', async () => {
    const hint = 'add who else may approve, with their keys, to the environment'
    const lines = [signers.line('alice'), signers.line('bob', { options: 'namespaces="file"' })]
    const none = 'has no key among the allowed signers'
    const detail = `1 can sign, wanted 2; \`bob\` ${none}; \`carol\` ${none}`
    expect(await seen({ lines })).toEqual([{ what, verdict: 'bad', detail, hint }])
  })

  it('are bad when one of those that are needed operates', async () => {
    expect(await seen({ people: ['alice', 'bob'], operator: 'bob' })).toMatchObject([
      { verdict: 'bad', detail: '2 can sign, wanted 2 beside the operator, who may be `bob`' },
    ])
    expect(await seen({ operator: 'bob' })).toMatchObject([{ verdict: 'good' }])
  })

  it('must count during the whole run', async () => {
    const only = (options: string) => ({
      people: ['alice', 'bob'],
      lines: [signers.line('alice'), signers.line('bob', { options })],
    })
    const late = { verdict: 'bad', detail: '1 can sign, wanted 2; `bob` has no key that counts during the run' }
    expect(await seen(only('valid-before="202611221400Z"'))).toMatchObject([late])
    expect(await seen(only('valid-after="202611221330Z"'))).toMatchObject([late])
    expect(await seen(only('valid-after="20261122Z",valid-before="20261123Z"'))).toMatchObject([{ verdict: 'good' }])
  })

  it('must not be revoked, by a list or by a KRL', async () => {
    const { revokedKeys } = signers.files('carol')
    const krl = join(signers.dir, 'krl')
    execFileSync('ssh-keygen', ['-q', '-k', '-f', krl, `${signers.key('carol')}.pub`])
    for (const revoked of [revokedKeys ?? '', krl]) {
      const [finding] = await seen({ revoked })
      const detail = '`alice` and `bob` can sign, wanted 2 approvals; `carol` has a revoked key only'
      expect(finding).toEqual({ what, verdict: 'good', detail })
    }
    const half = join(signers.dir, 'half-krl')
    writeFileSync(half, readFileSync(krl).subarray(0, 30))
    expect(await seen({ revoked: half })).toMatchObject([
      { verdict: 'bad', detail: expect.stringContaining(`cannot read the revoked keys in \`${half}\``) },
    ])
    const empty = join(signers.dir, 'none')
    writeFileSync(empty, '')
    expect(await seen({ revoked: empty })).toMatchObject([{ detail: expect.stringMatching(/^`alice`, `bob` and/) }])
  })

  it('are not needed in a sandbox, and needed elsewhere', async () => {
    expect(await seen({ unsigned: true, kind: 'sandbox' })).toMatchObject([{ verdict: 'good' }])
    expect(await seen({ unsigned: true })).toMatchObject([
      { verdict: 'bad', detail: 'the environment names no `allowedSigners`: nobody can sign' },
    ])
  })
})
