import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Signers } from '../unit/engine/approval/signers.ts'
import { type Seen, Workshop } from './runbook.ts'

const lend = `runbook: lend
format: 1
version: 1.0.0
title: Lend the key box
again: repeat
bindings:
  out: { kind: folder, description: Where notes go }
steps:
  - { id: note, title: Write the note, uses: file.write, target: out, with: { name: note.txt, content: hello } }
  - id: lend
    title: Lend the box
    script: ../scripts/lend.mjs
    effect: once
    with: { folder: DIR }
    outputs: { receipt: { type: string, description: What they gave } }
  - { id: log, title: Write the log, uses: file.write, target: out, with: { name: log.txt, content: "\${{ steps.lend.outputs.receipt }}" } }
outputs: { receipt: "\${{ steps.lend.outputs.receipt }}" }
`

const script = `import { appendFileSync, existsSync } from 'node:fs'
export default function ({ inputs: { folder } }) {
  appendFileSync(folder + '/lent', 'lent ')
  if (existsSync(folder + '/broken')) throw new Error('the line went dead')
  return { receipt: 'r7' }
}
`

const lab = `environment: lab
format: 1
kind: test
bindings:
  out: { kind: folder, path: DIR/out }
approvers: { change-approver: [alice, bob] }
allowedSigners: KEYS/allowed_signers
`

let signers: Signers
let workshop: Workshop

beforeEach(() => {
  signers = new Signers('alice', 'bob')
  workshop = new Workshop({ 'scripts/lend.mjs': script, 'out/keep': '' })
  workshop.write('books/lend.yaml', lend.replace('DIR', workshop.dir))
  workshop.write('lab.yaml', lab.replace('DIR', workshop.dir).replace('KEYS', signers.dir))
})
afterEach(() => {
  signers[Symbol.dispose]()
  workshop[Symbol.dispose]()
})

const see = (...args: readonly string[]): Promise<Seen> => workshop.see([...args, '--state', 'state'])
const apply = (...more: readonly string[]): Promise<Seen> =>
  see('apply', 'books/lend.yaml', '--env', 'lab.yaml', '--yes', ...more)
const here = (name: string): string => join(workshop.dir, name)

/** The only run's id. */
function runId(state = 'state'): string {
  const [run = ''] = readdirSync(join(workshop.dir, state, 'runs')).filter((name) => !name.startsWith('.'))
  return run
}

/** Two people approve what the run asks last. */
async function approveIt(state = 'state'): Promise<void> {
  const journal = readFileSync(join(workshop.dir, state, 'runs', runId(state), 'journal.jsonl'), 'utf8')
  const digest = [...journal.matchAll(/"digest":"([0-9a-f]{64})"/g)].at(-1)?.[1] ?? ''
  for (const name of ['alice', 'bob']) {
    const words = ['approve', runId(state), 'lend', '--key', signers.key(name), '--approve', '--digest', digest]
    expect(await workshop.see([...words, '--state', state, '--env', 'lab.yaml'])).toMatchObject({ exit: 0 })
  }
}

it('settles a doubt by what a person says and two others approve, and ends with exceptions', async () => {
  workshop.write('broken', '')
  const stopped = await apply()
  expect(stopped).toMatchObject({ exit: 4, stdout: '' })
  expect(stopped.stderr).toContain(
    'person needed[in-doubt]: 2 lend: begun, and whether it happened cannot be told: script `lend.mjs` has no `check`\n',
  )
  expect(stopped.stderr).toContain('`runbook resolve RUN lend --state DIR/state --not-done --reason TEXT`\n')

  workshop.write('claim.yaml', 'receit: r9\n')
  const claim = ['resolve', runId(), 'lend', '--done', '--outputs', 'claim.yaml', '--reason', 'saw the box']
  const mistaken = await see(...claim)
  expect(mistaken).toMatchObject({ exit: 3, stdout: '' })
  expect(mistaken.stderr).toContain('claim.yaml:1:1: error[unknown-key]: unknown key `receit`\n')
  workshop.write('claim.yaml', 'receipt: r9\n')
  const { stdout, exit } = await see(...claim)
  expect({ stdout: stdout.replaceAll(/says \S+:/g, 'says ME:').replaceAll(/not \S+:/g, 'not ME:'), exit }).toEqual({
    stdout: `handed in: 2 lend was done, says ME: saw the box

next: runbook resume RUN --state state
then: 2 of role change-approver approve it, and not ME: runbook approve RUN lend --state state
then: runbook resume RUN --state state
`,
    exit: 0,
  })
  expect(await see('resolve', runId(), 'lend', '--not-done', '--reason', 'no')).toMatchObject({
    exit: 4,
    stderr: expect.stringContaining('said something about `lend` already: saw the box'),
  })
  expect(await see('resume', runId())).toMatchObject({ exit: 4, stderr: expect.stringContaining('0 of 2 did') })
  await approveIt()
  const done = await see('resume', runId())
  expect(done).toMatchObject({ exit: 0 })
  expect(done.stdout).toMatch(
    /^receipt: r9\ndone with exceptions\nexceptions:\n {2}2 lend: it was done, says \S+: saw the box \(approved by (alice, bob|bob, alice)\)\n$/,
  )
  expect(readFileSync(here('lent'), 'utf8')).toBe('lent ')
  expect(readFileSync(here('out/log.txt'), 'utf8')).toBe('r9')
})

it('tries again what a person says was not done', async () => {
  workshop.write('broken', '')
  await apply()
  await see('resolve', runId(), 'lend', '--not-done', '--reason', 'they do not have it')
  await see('resume', runId())
  await approveIt()
  renameSync(here('broken'), here('mended'))
  expect(await see('resume', runId())).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('2 lend: it was not done, says'),
  })
  expect(readFileSync(here('lent'), 'utf8')).toBe('lent lent ')
})

it('refuses to settle what is not in doubt', async () => {
  await apply()
  expect(await see('resolve', runId(), 'note', '--not-done', '--reason', 'x')).toMatchObject({
    exit: 4,
    stderr: expect.stringContaining('nothing is in doubt about 1 note: the run came to its end\n'),
  })
})

it('pauses where `--until` says, and prints what goes on', async () => {
  expect(await apply('--until', 'nope')).toMatchObject({ exit: 2 })
  expect(existsSync(here('out/note.txt'))).toBe(false)
  expect(await apply('--until', 'note')).toMatchObject({
    exit: 0,
    stdout: 'paused behind note\ngo on: runbook resume RUN --state state\n',
  })
  expect((await see('status')).stdout).toContain('state        unfinished, 1 of 3 steps done\n')
  expect(await see('resume', runId())).toMatchObject({ exit: 0, stdout: 'receipt: r7\n' })
})

it('shows what undo would do, and does that', async () => {
  await apply('--until', 'note')
  expect(await see('plan', '--undo', runId())).toMatchObject({
    exit: 0,
    stdout: `taking back run RUN, newest first

↩ takes back 1 note  Write the note; still there

1 step taken back, nothing stays
`,
  })
  expect(existsSync(here('out/note.txt'))).toBe(true)
  expect(await see('undo', '--yes', runId())).toMatchObject({
    exit: 0,
    stdout: 'taken back: nothing that it made is left\n',
  })
  expect(existsSync(here('out/note.txt'))).toBe(false)
  expect((await see('status')).stdout).toContain('state        undone')
})

it('takes back a run that ended, as far as that goes, and never forward again', async () => {
  await apply()
  expect(await see('undo', '--yes', runId(), '--to', 'log')).toMatchObject({
    exit: 0,
    stdout: `taken back as far as log
stays:
  2 lend
  1 note
go on: runbook undo RUN --state state
`,
  })
  expect(await see('resume', runId())).toMatchObject({
    exit: 4,
    stderr: expect.stringContaining('was taken back as far as `log`, and goes forward no more\n'),
  })
  expect(await see('undo', '--yes', runId())).toMatchObject({
    exit: 0,
    stdout: `taken back, as far as that goes
stopped at 2 lend: it cannot be taken back
stays:
  2 lend
  1 note
`,
  })
})

it('goes back by itself when a step with `onFailure: undo` fails, and says so', async () => {
  const failing = lend
    .replace('DIR', workshop.dir)
    .replace('content: "${{ steps.lend.outputs.receipt }}" }', 'content: other }, onFailure: undo')
    .replace(/ {2}- id: lend[^]*What they gave \} \}\n/, '')
    .replace('outputs: { receipt: "${{ steps.lend.outputs.receipt }}" }\n', '')
    .replace('uses: file.write, target: out, with: { name: log.txt, content: other }', "assert: '${{ 1 == 2 }}'")
  workshop.write('books/lend.yaml', failing)
  const seen = await apply()
  expect(seen.stdout).toContain(
    'a step failed, so the run was taken back: nothing that it made is left\nfailed:\n  2 log',
  )
  expect(seen.exit).toBe(1)
  expect(existsSync(here('out/note.txt'))).toBe(false)
})

it('hands a run over to one other state folder, which brings its runbook along', async () => {
  workshop.write('broken', '')
  await apply()
  const { stdout: id } = await workshop.see(['handover', '--id', '--state', 'other'])
  const words = ['handover', runId(), '--to', id.trim(), '--out', 'usb']
  expect((await see(...words)).stdout.replace(id.trim(), 'ID')).toBe(`sealed run RUN here, and wrote DIR/usb
to state folder ID
head 7:HASH

next, where that state folder is: runbook handover --accept DIR/usb
`)
  for (const command of [
    ['resume', runId()],
    ['undo', '--yes', runId()],
    ['approve', runId()],
    ['resolve', runId(), 'lend', '--not-done', '--reason', 'x'],
    ['handover', runId(), '--to', '0'.repeat(20), '--out', 'usb2'],
  ]) {
    const refused = await see(...command)
    expect(refused, command.join(' ')).toMatchObject({ exit: 4 })
    expect(refused.stderr, command.join(' ')).toContain(`to state folder \`${id.trim()}\`\n`)
  }
  // what is lost on the way is written again
  renameSync(here('usb'), here('lost'))
  expect(await see(...words)).toMatchObject({ exit: 0, stdout: expect.stringContaining('wrote DIR/usb again\n') })
  expect(await see('handover', '--accept', 'usb')).toMatchObject({ exit: 4 })

  renameSync(here('books'), here('gone'))
  renameSync(here('scripts'), here('gone2'))
  const there = (...args: readonly string[]): Promise<Seen> => workshop.see([...args, '--state', 'other'])
  expect(await there('handover', '--accept', 'usb')).toMatchObject({
    exit: 0,
    stdout: 'took up: run RUN of lend\n\nnext: runbook resume RUN --state other\n',
  })
  expect(await there('handover', '--accept', 'lost')).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('had been taken up already'),
  })
  await there('resolve', runId('other'), 'lend', '--not-done', '--reason', 'not there')
  await there('resume', runId('other'))
  await approveIt('other')
  renameSync(here('broken'), here('mended'))
  expect(await there('resume', runId('other'))).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('receipt: r7'),
  })
  expect(readFileSync(here('lent'), 'utf8')).toBe('lent lent ')
})
