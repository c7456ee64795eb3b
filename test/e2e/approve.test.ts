import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { digestOf } from '../../engine/approval/request-file.ts'
import { Journal } from '../../engine/journal/journal.ts'
import { Signers } from '../unit/engine/approval/signers.ts'
import { Workshop } from './runbook.ts'

const run = '20261122-135012-k7m2q'
const text = `Approval of step 1 note: Write the note
by 2 of role witness

1 note (file.write): Write the note
  content  hello \u202e world
`
const digest = digestOf(text)
const asked = { role: 'witness', count: 2, expiresMs: 3_600_000, head: '0'.repeat(64), text, digest }

const environment = `environment: lab
format: 1
kind: test
bindings: {}
approvers:
  witness: [alice, bob, olga]
  auditor: [carol]
allowedSigners: keys/allowed_signers
`

let signers: Signers
let workshop: Workshop
beforeEach(() => {
  signers = new Signers('alice', 'bob', 'carol', 'olga')
  workshop = new Workshop({ 'lab.yaml': environment.replace('keys', signers.dir) })
})
afterEach(() => {
  signers[Symbol.dispose]()
  workshop[Symbol.dispose]()
})

/** A run of a runbook that waits at these steps, as its journal would tell. */
async function waitingRun(steps: readonly string[] = ['note'], id = run): Promise<void> {
  const folder = join(workshop.dir, 'state', 'runs', id)
  mkdirSync(folder, { recursive: true })
  const sha256 = '0'.repeat(64)
  await using journal = await Journal.create(join(folder, 'journal.jsonl'), 'run/begun', {
    run: id,
    runbook: { name: 'note', version: '1.0.0', title: 'Write a note', path: 'note.yaml', sha256 },
    environment: { name: 'lab', kind: 'test', path: join(workshop.dir, 'lab.yaml'), sha256 },
    ...{ inputs: {}, tool: '0', toolSha256: sha256, stepTypes: {}, targets: {}, plan: null },
    steps: steps.map((step) => ({ id: step, number: '1', title: 'Write the note', uses: 'file.write' })),
  })
  const process = { pid: 1, host: 'lab', user: 'olga', principal: 'olga', runtime: 'node' }
  await journal.append('process/0', { ...process, environmentSha256: sha256, targets: {} })
  for (const step of steps) await journal.append(`step/${step}/approval/0/requested`, asked)
}

const inState = ['--state', 'state']
const yes = ['--approve', '--digest', digest]
const as = (name: string): readonly string[] => ['--key', signers.key(name)]
const keyText = expect.stringMatching(/key SHA256:\S{43}\n/)

it('shows the text where nobody can be asked, and says how to answer', async () => {
  await waitingRun()
  const seen = await workshop.see(['approve', ...inState, ...as('alice')])
  expect(seen).toEqual({
    stdout: `${text.replace('\u202e', '\\u202e')}\nSHA-256 HASH\n`,
    stderr: `person needed[approval]: \`note\` waits for an answer, and there is no terminal to ask at
hint: read the text, then answer with \`--approve\` or with \`--reject --reason TEXT\`

done:   nothing
go on:  runbook approve --state state --key ${signers.key('alice')} --approve --digest HASH
`,
    exit: 4,
  })
})

it('takes two answers, each with the exact next command', async () => {
  await waitingRun()
  const first = await workshop.see(['approve', run, 'note', ...inState, ...as('alice'), ...yes])
  expect(first).toMatchObject({ stderr: '', exit: 0, stdout: keyText })
  expect(first.stdout.replace(/SHA256:\S+/, 'KEY')).toBe(`approved note of run RUN as alice, key KEY
text SHA-256 HASH
1 more of role witness have to approve

next: runbook approve RUN note --state state
`)
  const second = await workshop.see(['approve', ...inState, ...as('bob'), ...yes])
  expect(second.stdout.replace(/SHA256:\S+/, 'KEY')).toBe(`approved note of run RUN as bob, key KEY
text SHA-256 HASH

next: runbook resume RUN --state state
`)
  expect(readdirSync(join(workshop.dir, 'state', 'runs', run, 'inbox'))).toHaveLength(2)
})

it('rejects with a reason', async () => {
  await waitingRun()
  const args = ['approve', ...inState, ...as('alice'), '--reject', '--reason', 'wrong content', '--json']
  const { stdout, exit } = await workshop.see(args)
  expect({ ...JSON.parse(stdout), exit }).toMatchObject({
    ...{ type: 'result', exit: 0, step: 'note', decision: 'reject', principal: 'alice', digest: 'HASH' },
    next: 'runbook resume RUN --state state',
  })
})

it('has a request answered on a machine without state, and takes the answer', async () => {
  await waitingRun()
  await workshop.runbook(['approve', ...inState, '--export', 'request.json'], {
    stdout: `
      wrote request.json: what note of run RUN waits for
      text SHA-256 HASH

      next, where the approver is: runbook approve --request request.json --as PRINCIPAL --out ANSWER
    `,
  })
  const answer = ['approve', '--request', 'request.json', '--as', 'bob', '--out', 'answer.json', ...yes]
  await workshop.runbook([...answer, ...as('bob')], {
    stdout: `
      wrote answer.json: the answer of bob

      next, where the run is: runbook approve --import answer.json
    `,
  })
  const taken = await workshop.see(['approve', ...inState, '--import', 'answer.json'])
  expect(taken).toMatchObject({ exit: 0, stdout: expect.stringContaining('approved note of run RUN as bob') })
})

it.each([
  [
    'the operator',
    'olga',
    [],
    'the answer of `olga` does not count: nobody approves a run that they operate themselves',
  ],
  ['another role', 'carol', [], 'the answer of `carol` does not count: role `witness` is wanted, found `auditor`'],
  [
    'another name',
    'bob',
    ['--as', 'alice'],
    'the answer of `alice` does not count: key `KEY` signs for `bob`, not for `alice`',
  ],
])('refuses %s at once, and hands nothing in', async (_, name, more, message) => {
  await waitingRun()
  const { stderr, exit } = await workshop.see(['approve', ...inState, ...as(name), ...more, ...yes])
  expect(stderr.replace(/SHA256:[^`]+/, 'KEY')).toContain(`person needed[approval]: ${message}\n`)
  expect(exit).toBe(4)
  expect(readdirSync(join(workshop.dir, 'state', 'runs', run))).toEqual(['journal.jsonl'])
})

it('refuses somebody whose answer waits already', async () => {
  await waitingRun()
  await workshop.see(['approve', ...inState, ...as('alice'), ...yes])
  const { stderr, exit } = await workshop.see(['approve', ...inState, ...as('alice'), ...yes])
  expect({ exit, stderr }).toMatchObject({
    exit: 4,
    stderr: expect.stringContaining('the same person approved already'),
  })
})

it('refuses what was reviewed and is not what is asked', async () => {
  await waitingRun()
  const args = ['approve', ...inState, ...as('alice'), '--approve', '--digest', 'f'.repeat(64)]
  const { stderr, exit } = await workshop.see(args)
  expect(stderr).toContain('the request changed: its text has SHA-256 HASH, reviewed was HASH')
  expect(exit).toBe(4)
})

it.each([
  [['--approve'], '`--approve` needs `--digest HEX`: the SHA-256 of the text that was reviewed'],
  [['--reject'], '`--reject` needs a reason'],
  [['--approve', '--reject'], '`--approve` and `--reject` say both'],
  [['--reason', 'x'], '`--reason` has no meaning without `--approve` or `--reject`'],
  [['--out', 'x'], '`--out` has no meaning without `--request`'],
  [['--export', 'x', '--import', 'y'], '`--export` and `--import` are two different things'],
  [['--reject', '--reason', 'a\u202eb'], 'it is not an answer: `reason`: wanted one line of visible text'],
])('refuses %j', async (flags, message) => {
  await waitingRun()
  const { stderr, exit } = await workshop.see(['approve', ...inState, ...as('alice'), ...flags])
  expect(stderr).toContain(`error: ${message}`)
  expect(exit).toBe(2)
})

it('refuses a request or an answer that was changed on its way', async () => {
  await waitingRun()
  await workshop.see(['approve', ...inState, '--export', 'request.json'])
  workshop.write('changed.json', `{"request":"approval","format":1,"run":"r"}`)
  const { stderr, exit } = await workshop.see(['approve', '--request', 'changed.json', '--as', 'bob', ...as('bob')])
  expect(stderr).toContain('changed.json:1:1: error[invalid-request]: it is not a request: ')
  expect(exit).toBe(3)
})

it('asks for a choice where several steps, or several runs, wait', async () => {
  await waitingRun(['note', 'sign'])
  await workshop.runbook(['approve', ...inState], {
    stderr: `
      error: 2 steps of run \`RUN\` wait for approvals
      hint: name one: \`note\` (role \`witness\`), \`sign\` (role \`witness\`)

      done:   nothing
      go on:  runbook approve --help
    `,
    exit: 2,
  })
  await waitingRun(['note'], '20261122-135013-aaaaa')
  const seen = await workshop.see(['approve', ...inState])
  expect(seen).toMatchObject({ exit: 2, stderr: expect.stringContaining('2 runs wait for approvals') })
})

it('says that nothing waits', async () => {
  await waitingRun([])
  await workshop.runbook(['approve', ...inState], { stderr: 'nothing waits for an approval in DIR/state\n' })
})
