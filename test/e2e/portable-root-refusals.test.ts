import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Seen, Workshop } from './runbook.ts'
import { pinFileOf, portableRoot, type Sandbox, startSandbox } from './sandbox-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'runbook-refusals-'))
const workshop = new Workshop()
let sandbox: Sandbox
let environment = ''

beforeAll(async () => {
  sandbox = await startSandbox(join(folder, 'sandbox'), [portableRoot])
  environment = readFileSync(sandbox.environment, 'utf8')
})

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
  workshop[Symbol.dispose]()
})

/** Applies with an environment in which some text is another, from a state folder of its own. */
async function applyWith(
  name: string,
  changes: readonly (readonly [string | RegExp, string])[],
  ...options: readonly string[]
): Promise<Seen> {
  let text = environment
  for (const [from, to] of changes) {
    expect(text).toMatch(from)
    text = text.replace(from, to)
  }
  const path = join(dirname(sandbox.environment), `${name}.yaml`)
  writeFileSync(path, text)
  return workshop.see([
    'apply',
    portableRoot,
    '--env',
    path,
    '--state',
    join(folder, name),
    '--approve-all',
    ...options,
  ])
}

describe('before anything is started', () => {
  it('plan says step by step what would happen, and leaves sandbox and tokens byte for byte as they were', async () => {
    const before = fingerprint(sandbox.dir)
    const { stdout, exit } = await workshop.see([
      'plan',
      portableRoot,
      '--env',
      sandbox.environment,
      '--state',
      join(folder, 'plan'),
    ])
    expect({ stdout, exit }).toMatchObject({ exit: 0, stdout: expect.stringContaining('5 rootKey') as unknown })
    for (const word of ['exact', 'estimated', 'known after `rootKey`']) expect(stdout).toContain(word)
    expect(fingerprint(sandbox.dir)).toEqual(before)
  })

  it('a wrong PIN stops, and is not tried again until a person says that it changed', async () => {
    const wrong = join(folder, 'wrong.pin')
    writeFileSync(wrong, 'rootcu:0000\n', { mode: 0o600 })
    const changes = [[/pin: file:\S+rootcu\.pin/, `pin: file:${wrong}`]] as const
    const first = await applyWith('wrong-pin', changes)
    expect(first).toMatchObject({ exit: 4, stderr: expect.stringContaining('CKR_PIN_INCORRECT') as unknown })
    expect(first.stderr).not.toContain('rootcu:0000')
    // now it would be right, and nobody said so
    copyFileSync(pinFileOf(sandbox.dir, 'rootToken'), wrong)
    const second = await applyWith('wrong-pin', changes)
    expect(second).toMatchObject({
      exit: 4,
      stderr: expect.stringContaining('--credential-changed rootToken') as unknown,
    })
    const { exit } = await workshop.see([
      'plan',
      portableRoot,
      '--env',
      join(dirname(sandbox.environment), 'wrong-pin.yaml'),
      '--state',
      join(folder, 'wrong-pin'),
      '--credential-changed',
      'rootToken',
    ])
    expect(exit).toBe(0)
  })

  const mistakes = [
    ['a token of another serial', [/expectSerial: \S+/, 'expectSerial: "0000000000000000"'], 4, 'serial'],
    ['a token that is not there', [/uri: pkcs11:token=rootcu;serial=\S+/, 'uri: pkcs11:token=rotcu'], 3, 'rootcu'],
    ['a module that is not there', [/module: \S+/, 'module: /nowhere/libpkcs11.so'], 3, '/nowhere/libpkcs11.so'],
    [
      'a secret that is not there',
      [/pin: file:\S+rootcu\.pin/, 'pin: env:RUNBOOK_TEST_UNSET_PIN'],
      3,
      'RUNBOOK_TEST_UNSET_PIN',
    ],
    ['an account of another id', [/accountId: "111122223333"/, 'accountId: "999988887777"'], 4, '999988887777'],
    ['a folder that is not there', [/path: \S+out\n/, 'path: /nowhere/out\n'], 3, '/nowhere/out'],
    ['a binding that is missing', [/ {2}workstation:\n {4}kind: host\n( {4}.*\n)*/, ''], 3, 'workstation'],
  ] as const
  for (const [what, change, exit, named] of mistakes) {
    it(`${what} is refused with exit code ${exit}, where the environment names it`, async () => {
      const seen = await applyWith(what.replaceAll(' ', '-'), [change])
      expect(seen).toMatchObject({ exit, stderr: expect.stringContaining(named) as unknown })
      expect(seen.stderr).toMatch(/\.yaml:\d+:\d+/)
      expect(runsOf(what.replaceAll(' ', '-'))).toEqual([])
    })
  }

  it('an output file that exists stays as it is', async () => {
    const out = join(folder, 'full')
    mkdirSync(out)
    writeFileSync(join(out, 'root.pem'), 'somebody else wrote this\n')
    const seen = await applyWith('output-exists', [
      [/path: \S+out\n/, `path: ${out}\n`],
      ['example-root', 'other-root'],
    ])
    expect(seen).toMatchObject({ exit: 4, stderr: expect.stringContaining('root.pem') as unknown })
    expect(readFileSync(join(out, 'root.pem'), 'utf8')).toBe('somebody else wrote this\n')
  })
})

describe('after it was done once', () => {
  let sandbox: Sandbox

  beforeAll(async () => {
    sandbox = await startSandbox(join(folder, 'done-once'), [portableRoot])
  })

  afterAll(() => sandbox[Symbol.asyncDispose]())

  it('a second apply names the run that made the root, changes nothing and exits with 4', async () => {
    const args = ['apply', portableRoot, '--env', sandbox.environment, '--state', join(folder, 'once'), '--approve-all']
    const first = await workshop.see(args)
    expect(first).toMatchObject({ exit: 0 })
    const [run = ''] = readdirSync(join(folder, 'once', 'runs'))
    const before = fingerprint(sandbox.dir)
    const second = await workshop.see(args)
    expect(second).toMatchObject({ exit: 4, stderr: expect.stringContaining('run `RUN`') as unknown })
    expect(fingerprint(sandbox.dir)).toEqual(before)
    expect(readdirSync(join(folder, 'once', 'runs'))).toEqual([run])
  })

  it('another state folder learns from the token who made it', async () => {
    const [run = ''] = readdirSync(join(folder, 'once', 'runs'))
    const args = [
      'apply',
      portableRoot,
      '--env',
      sandbox.environment,
      '--state',
      join(folder, 'elsewhere'),
      '--approve-all',
      '--json',
    ]
    const seen = await workshop.see(args)
    expect(seen.exit).toBe(4)
    expect(run).not.toBe('')
    expect(`${seen.stdout}${seen.stderr}`).toContain('run `RUN` made it')
  })
})

function runsOf(state: string): string[] {
  return existsSync(join(folder, state, 'runs')) ? readdirSync(join(folder, state, 'runs')) : []
}

/** Digest of every file below a folder. */
function fingerprint(dir: string): Record<string, string> {
  const files: Record<string, string> = {}
  for (const entry of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
    const path = join(dir, entry)
    // the tests' own environments lie beside the sandbox's
    if (statSync(path).isFile() && !/^[^/]*\.yaml$/.test(entry))
      files[entry] = createHash('sha256').update(readFileSync(path)).digest('hex')
  }
  return files
}
