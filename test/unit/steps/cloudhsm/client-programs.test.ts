import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { OpenContext } from '../../../../engine/step/binding-kind.ts'
import { Secret } from '../../../../engine/step/secret.ts'
import { cloudHsmClientBinding } from '../../../../steps/cloudhsm/hsm-client/binding.ts'
import { asCloudHsmClient, type CloudHsmClient } from '../../../../steps/cloudhsm/hsm-client/client.ts'
import { commandLine } from '../../../../steps/cloudhsm/hsm-client/command-line.ts'
import { envelopeIn } from '../../../../steps/cloudhsm/hsm-client/envelope.ts'
import { openContext } from '../aws/sandbox.ts'
import { effectId, failure } from './client-world.ts'

const endpoint = 'http://127.0.0.1:1'
const clusterId = 'cluster-igklspoyj5v'
const password = 'correct-horse-battery'
const users = '{"users":[{"username":"admin","role":"admin","locked":"false","quorum":[],"cluster-coverage":"full"}]}'

/** A `cloudhsm-cli` of a few lines: what it says to the command `key list` in interactive mode is JavaScript. */
async function clientOf(
  onCommand: string,
  { passwords = 'prompt', context = {} }: { passwords?: 'prompt' | 'argument'; context?: Partial<OpenContext> } = {},
): Promise<CloudHsmClient & { readonly log: string; verify(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-cli-'))
  mkdirSync(join(folder, 'bin'))
  const log = join(folder, 'log')
  const program = `#!${process.execPath}
const { appendFileSync } = require('node:fs')
const log = (what) => appendFileSync(${JSON.stringify(log)}, what + '\\n')
const say = (data, code = 0) => console.log(JSON.stringify({ error_code: code, data }, undefined, 2))
log('argv ' + process.argv.slice(2).join(' '))
if (process.argv[2] === '--version') { console.log('cloudhsm-cli 5.17.0'); process.exit(0) }
process.stdout.write('aws-cloudhsm > ')
let asked
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  log('line ' + line)
  if (asked) { const answer = asked; asked = undefined; answer(line) }
  else if (line === 'quit') process.exit(0)
  else if (line === 'user list') say(${users})
  else if (line.startsWith('login')) {
    if (line.includes('--password')) say({})
    else { process.stdout.write('Enter password:'); asked = () => { console.log(); say({}) } }
  } else { ${onCommand} }
})
`
  const path = join(folder, 'bin', 'cloudhsm-cli')
  writeFileSync(path, program)
  chmodSync(path, 0o755)
  const entry = { folder, endpoint, users: { admin: { role: 'admin' as const, password: 'file:/p' } }, passwords }
  const opened = await cloudHsmClientBinding.open(entry, {
    ...openContext({ name: 'hsmClient', login: (_credential, attempt) => attempt(new Secret('file:/p', password)) }),
    ...context,
  })
  onTestFinished(() => opened.close())
  return Object.assign(asCloudHsmClient(opened.capability), { log, verify: () => opened.verify() })
}

const command = (more: object = {}) => ({
  clusterId,
  as: 'admin',
  words: ['key', 'list'],
  signal: new AbortController().signal,
  ...more,
})

describe('cloudhsm-cli', () => {
  it('is answered from the first brace on, whatever comes before and in pieces', async () => {
    const client = await clientOf(`
      process.stdout.write('warning: something\\n{ "error_code": 0, ')
      setImmediate(() => process.stdout.write('"data": { "text": "a } in \\\\"it\\\\"" } }\\naws-cloudhsm > '))`)
    expect(await client.run(command())).toEqual({ text: 'a } in "it"' })
  })

  it('leaves the outcome of an effect unknown when it ends without an answer', async () => {
    const client = await clientOf('process.exit(3)')
    expect(await failure(client.run(command({ effectId })))).toMatchObject({
      code: 'transient',
      outcomeUnknown: true,
      facts: { exitCode: 3 },
    })
    expect(await failure(client.run(command()))).toMatchObject({ code: 'transient', outcomeUnknown: false })
  })

  it.each([
    [
      'complains and asks for the next line',
      'console.error("error: no"); process.stdout.write("aws-cloudhsm > ")',
      'transient',
    ],
    ['writes something else than an answer', 'console.log("{ not json }")', 'device'],
    ['answers without a code', 'console.log("{}")', 'device'],
    ['asks for a password that nobody has', 'process.stdout.write("Enter password:")', 'device'],
  ])('gives up when it %s', async (_title, onCommand, code) => {
    const client = await clientOf(onCommand)
    expect(await failure(client.run(command({ effectId })))).toMatchObject({
      code,
      outcomeUnknown: true,
    })
  })

  it('decides by the code alone', async () => {
    const client = await clientOf('say("Successfully done", 1)')
    expect(await failure(client.run(command({ effectId })))).toMatchObject({
      code: 'device',
      outcomeUnknown: true,
      facts: { errorCode: 1 },
    })
  })

  it('is ended when the step is stopped', async () => {
    const client = await clientOf('process.stdout.write("working")')
    const stop = new AbortController()
    const work = failure(client.run(command({ effectId, signal: stop.signal })))
    await until(() => readFileSync(client.log, 'utf8').includes('line key list'))
    stop.abort()
    expect(await work).toMatchObject({ code: 'cancelled', outcomeUnknown: true })
    expect(await client.stillRunning(effectId)).toEqual([])
  })

  it.each(['prompt', 'argument'] as const)(
    'gets no password in its arguments with %s, and tells none',
    async (passwords) => {
      const client = await clientOf('say("refused", 1)', { passwords })
      const error = await failure(client.run(command({ newPassword: new Secret('file:/new', 'new-secret-password') })))
      const log = readFileSync(client.log, 'utf8').split('\n')
      expect(log.filter((line) => line.startsWith('argv')).join('\n')).not.toMatch(/secret|horse/)
      expect(inspect(error, { depth: 10 })).not.toMatch(/new-secret-password|horse/)
    },
  )

  it('types no password that would go on as another command', async () => {
    const client = await clientOf('say({})')
    const newPassword = new Secret('file:/new', 'two\nlines-of-it')
    expect(await failure(client.run(command({ newPassword })))).toMatchObject({
      code: 'invalid',
      outcomeUnknown: false,
    })
    expect(readFileSync(client.log, 'utf8')).not.toContain('lines-of-it')
  })
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

describe('the binding', () => {
  it('says what client it is, and notices another program', async () => {
    const client = await clientOf('say({})')
    expect(client.version).toBe('5.17.0')
    expect(readFileSync(client.log, 'utf8')).toBe('argv --version\n')
    await client.verify()
    writeFileSync(join(client.folder, 'bin', 'cloudhsm-cli'), 'another one')
    expect(await failure(client.verify())).toMatchObject({ code: 'conflict' })
  })

  it.each([
    ['a sandbox without loopback endpoint', { endpoint: 'https://cloudhsmv2.us-east-1.amazonaws.com' }, {}],
    ['a sandbox with a profile', { profile: 'prod' }, {}],
    ['an endpoint outside of a sandbox', {}, { sandbox: false }],
  ])('refuses %s', async (_title, changed, context) => {
    const entry = { folder: '/opt/cloudhsm', endpoint, users: {}, ...changed }
    expect(await failure(cloudHsmClientBinding.open(entry, openContext(context)))).toMatchObject({ code: 'invalid' })
  })

  it('runs no program of the machine in a sandbox', async () => {
    const entry = { folder: '/opt/cloudhsm', endpoint, users: {} }
    const baseFolder = mkdtempSync(join(tmpdir(), 'runbook-sandbox-'))
    expect(await failure(cloudHsmClientBinding.open(entry, openContext({ baseFolder })))).toMatchObject({
      code: 'denied',
    })
  })
})

it('keeps words together that have blanks in them, and refuses what no quotes keep', () => {
  expect(commandLine(['key', 'list', '--filter', 'attr.label=example root'])).toBe(
    'key list --filter "attr.label=example root"',
  )
  for (const word of ['say "hi"', 'back\\slash', 'two\nlines', 'ä'])
    expect(() => commandLine([word])).toThrow('printable')
})

it('finds no answer in half of one', () => {
  const text = 'Enter password:\n{"error_code": 1, "data": "no {"}'
  for (let end = 0; end < text.length; end += 1) expect(envelopeIn(text.slice(0, end))).toBeUndefined()
  expect(envelopeIn(`${text}\nrest`)).toEqual({ envelope: { errorCode: 1, data: 'no {' }, rest: '\nrest' })
})
