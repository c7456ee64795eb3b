import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { handOutFile } from '../../steps/cloudhsm/hsm-client/quorum/handed-out.ts'
import { collectSignatures } from '../../steps/cloudhsm/hsm-client/quorum/signatures.ts'
import { readTokenFile } from '../../steps/cloudhsm/hsm-client/quorum/token-file.ts'

const root = new URL('../../', import.meta.url).pathname

interface Block {
  readonly language: string
  readonly text: string
  readonly line: number
}

/** Runs every command block of the README, in order, in a copy of the checkout with a home of its own. */
const folder = mkdtempSync(join(tmpdir(), 'runbook-readme-'))
const env = { PATH: process.env['PATH'] ?? '', HOME: join(folder, 'home') }

beforeAll(() => {
  for (const name of ['runbooks', 'schemas', 'package.json', 'dist'])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('README.md', () => {
  const blocks = blocksOf(readFileSync(join(root, 'README.md'), 'utf8'))

  it('has the two commands, which set up and are run by whoever runs this', () => {
    const commands = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text.trim())
    expect(commands.slice(0, 2)).toEqual(['npm start', 'npm test'])
  })

  const sandboxes: ReturnType<typeof spawn>[] = []
  afterAll(async () => {
    for (const child of sandboxes) {
      // as Ctrl-C on a terminal does: everything that the command started
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT')
      await once(child, 'close')
    }
  })

  for (const { language, text, line } of blocks) {
    const [, name] = /^# (\S+\.yaml)$/m.exec(text) ?? []
    if (language === 'yaml' && name !== undefined) {
      it(`line ${line}: \`${name}\` is written`, () => {
        writeFileSync(join(folder, name), text)
        expect(text).toContain('runbook:')
      })
    }
    if (language !== 'sh') continue
    for (const command of text.trim().split('\n')) {
      // set-up and the whole test run are what calls this test; npm start is tried by test/e2e/start.test.ts
      if (command === 'npm start' || command === 'npm test') continue
      it(`line ${line}: \`${command}\` works as it stands`, { timeout: 120_000 }, async () => {
        if (command.includes(' sandbox ')) sandboxes.push(await started(command))
        else execFileSync('bash', ['-c', command], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
      })
    }
  }
})

it('runbooks/README.md shows an environment that fits portable-root', () => {
  const [site] = blocksOf(readFileSync(join(root, 'runbooks', 'README.md'), 'utf8')).filter(
    ({ language }) => language === 'yaml',
  )
  writeFileSync(join(folder, 'site.yaml'), site?.text ?? '')
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKam6UDrvRlT98mUpNUs2vGSZImNS3YnNlChqnTmrlx9'
  writeFileSync(join(folder, 'allowed_signers'), `alice,bob,carol ${key}\n`)
  const command = 'node dist/bin/runbook.js validate runbooks/portable-root.yaml --env site.yaml'
  expect(execFileSync('bash', ['-c', command], { cwd: folder, env, encoding: 'utf8' })).toContain(
    'fits environment `hq-production`',
  )
})

it('runbooks/WRITING.md shows a runbook with every kind of entry, which runs', { timeout: 60_000 }, () => {
  for (const { text } of blocksOf(readFileSync(join(root, 'runbooks', 'WRITING.md'), 'utf8'))) {
    const [, name = ''] = /^(?:#|\/\/) (\S+)$/m.exec(text) ?? []
    writeFileSync(join(folder, name), text)
  }
  mkdirSync(join(folder, 'records'))
  writeFileSync(
    join(folder, 'desk.yaml'),
    `environment: desk
format: 1
kind: test
bindings:
  desk: { kind: host, transport: local }
  out: { kind: folder, path: records }
`,
  )
  const command = `node dist/bin/runbook.js apply every-entry.yaml --env desk.yaml --state every --yes --input 'custodians=["alice","bob"]' --confirm bag=123456 --json`
  const printed = execFileSync('bash', ['-c', command], {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const valid = 'node dist/bin/runbook.js validate made-on-the-way.yaml'
  execFileSync('bash', ['-c', valid], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  expect(JSON.parse(printed.trim().split('\n').at(-1) ?? '')).toMatchObject({
    outcome: 'done',
    outputs: { files: [join(folder, 'records', 'card-alice.txt'), join(folder, 'records', 'card-bob.txt')] },
  })
})

it('runbooks/CLOUDHSM.md tells admins how to sign a quorum token', async () => {
  const desk = mkdtempSync(join(folder, 'quorum-'))
  const approvalData = Buffer.from('create the user appcu')
  const token = readTokenFile(
    JSON.stringify({
      version: '2.0',
      service: 'user',
      approval_data: approvalData.toString('base64'),
      token: createHash('sha256').update(approvalData).digest('base64'),
      signatures: [],
    }),
  )
  await handOutFile(desk, token, '20261129-222222-22222.2222222222')
  const [make = '', sign = '', ...more] = blocksOf(readFileSync(join(root, 'runbooks', 'CLOUDHSM.md'), 'utf8'))
    .filter(({ language }) => language === 'sh')
    .map(({ text }) => text.replaceAll('TOKEN', token.id))
  expect(more).toEqual([])
  const run = (commands: string) =>
    execFileSync('bash', ['-e', '-o', 'pipefail', '-c', commands], { cwd: desk, env, encoding: 'utf8', stdio: 'pipe' })
  run(make)
  expect(run(sign)).toBe('create the user appcu')
  expect(await collectSignatures(desk, token, ['alice'], 'admin')).toMatchObject({
    signatures: [{ username: 'alice' }],
    ignored: [],
  })
})

/** A command that goes on until it is stopped: it is ready when it printed a line. */
async function started(command: string): Promise<ReturnType<typeof spawn>> {
  const child = spawn('bash', ['-c', `exec ${command}`], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  for await (const line of createInterface({ input: child.stdout })) {
    expect(JSON.parse(line)).toHaveProperty('environment')
    return child
  }
  throw new Error(`\`${command}\` ended`)
}

function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(({ 1: language = '', 2: text = '', index }) => ({
    language,
    text,
    line: markdown.slice(0, index).split('\n').length,
  }))
}
