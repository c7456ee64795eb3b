import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Workshop } from './runbook.ts'

/** The same sample each time, so that a change is blamed for what it did; any other by the variable. */
const seed = process.env['RUNBOOK_TEST_SEED'] ?? '79844831'

/** Those that take a second each time. */
const quick = ['cross-region-backup.yaml', 'posture.yaml', 'take-root-offline.yaml']
const onBun = process.versions.bun !== undefined
if (onBun) console.log('skipped on Bun, for time: exploring the runbooks that take long; Node explores them')

/** How many disks and faults of a shipped runbook are tried here, fewer where each takes long; `npm run explore` tries all. */
function samplesOf(name: string): { readonly crash: number; readonly fault: number } {
  if (name === 'portable-root.yaml') return onBun ? { crash: 3, fault: 3 } : { crash: 8, fault: 8 }
  if (quick.includes(name)) return onBun ? { crash: 1, fault: 1 } : { crash: 3, fault: 4 }
  return { crash: 1, fault: 2 }
}

const generous = 600_000

const shipped = new URL('../../runbooks/', import.meta.url).pathname
const all = readdirSync(shipped).filter(
  (name) => name.endsWith('.yaml') && existsSync(join(shipped, name.replace(/\.yaml$/, '.rehearsal.yaml'))),
)

const runbooks = onBun ? ['portable-root.yaml', ...quick] : all

describe.concurrent(`every shipped runbook (RUNBOOK_TEST_SEED=${seed})`, () => {
  it.each(runbooks)('%s doubles, loses and leaks nothing when power is lost', { timeout: generous }, async (name) => {
    const { crash } = samplesOf(name)
    const { stdout, exit } = await exploreShipped(name, '--crash-everywhere', crash)
    expect(stdout).toContain(`RUNBOOK_TEST_SEED=${seed}`)
    expect(stdout).toMatch(new RegExp(`^all +\\d+ +${crash} +${crash} +0 +0 +0 +0$`, 'm'))
    expect({ exit, stdout }).toMatchObject({ exit: 0 })
  })

  it.each(runbooks)('%s doubles, loses and leaks nothing when calls fail', { timeout: generous }, async (name) => {
    const { fault } = samplesOf(name)
    const { stdout, exit } = await exploreShipped(name, '--fault-everywhere', fault)
    expect(stdout).toMatch(new RegExp(`^all +\\d+ +${fault}( +\\d+){3} +0 +\\d+ +0 +0 +0$`, 'm'))
    expect({ exit, stdout }).toMatchObject({ exit: 0 })
  })
})

let workshop: Workshop

describe('the explorers find trouble', { timeout: generous }, () => {
  beforeEach(() => {
    workshop = new Workshop({}, { RUNBOOK_TEST_SEED: seed })
  })

  afterEach(() => {
    workshop[Symbol.dispose]()
  })

  it('of a step that acts while it only should look', async () => {
    toy(`
  - id: look
    uses: command.check
    target: machine
    with: { argv: [sh, -c, echo looked >> looks.txt] }
`)
    const { stdout, exit } = await explore('toy.yaml', '--crash-everywhere')
    expect(exit).toBe(1)
    expect(stdout).toContain('✖ after step/look/check, before record step/look/succeeded')
    expect(stdout).toMatch(
      /^ {2}step +1 look\n {2}doubled +machine\/looks\.txt: looked\n {2}left behind +DIR\/state\//m,
    )
    expect(stdout).toMatch(/^✖ \d+ of \d+ not clean, in /m)
  })

  it('of a step whose output is a secret that the redactor does not know', async () => {
    toy(`
  - id: read
    uses: command.check
    target: machine
    with: { argv: [sh, -c, base64 < ../../../sandbox.json | tr -d '\\n'] }
`)
    const { stdout, exit } = await explore('toy.yaml', '--crash-everywhere')
    expect(exit).toBe(1)
    expect(stdout).toContain('✖ undisturbed')
    expect(stdout).toMatch(/leaked +the sandbox token in `DIR\/\S+\/journal\.jsonl`/)
  })

  it('but not in a doubt that only a person can settle', async () => {
    toy(`
  - id: send
    uses: command.run
    target: machine
    with: { argv: [sh, -c, echo sent >> letters.txt] }
`)
    const { stdout, exit } = await explore('toy.yaml', '--crash-everywhere')
    expect(stdout).toMatch(/^1 send +\d+ +\d+ +\d+ +[1-9]\d* +0 +0 +0$/m)
    expect({ exit, stdout }).toMatchObject({ exit: 0 })
  })

  it('of no kind where options have no meaning', async () => {
    toy(`
  - { id: look, uses: command.check, target: machine, with: { argv: ['true'] } }
`)
    expect(await explore('toy.yaml', '--sample', '3')).toMatchObject({ exit: 2 })
    expect(await explore('toy.yaml', '--crash-everywhere', '--sample', '0')).toMatchObject({ exit: 2 })
    expect(await explore('toy.yaml', '--crash-everywhere', '--fault', 'http.GET=fail')).toMatchObject({ exit: 2 })
  })
})

async function exploreShipped(name: string, kind: string, sample: number) {
  using own = new Workshop({}, { RUNBOOK_TEST_SEED: seed })
  return await own.see([
    'rehearse',
    join(shipped, name),
    '--state',
    join(own.dir, 'state'),
    kind,
    '--sample',
    String(sample),
  ])
}

function explore(file: string, ...options: readonly string[]) {
  return workshop.see(['rehearse', file, '--state', join(workshop.dir, 'state'), ...options])
}

function toy(steps: string): void {
  workshop.write(
    'toy.yaml',
    `runbook: toy
format: 1
version: 1.0.0
title: A toy
again: converge
bindings:
  machine: { kind: host, description: This machine }
steps:${steps}`,
  )
  workshop.write(
    'toy.rehearsal.yaml',
    `rehearsal: toy
format: 1
bindings:
  machine: {}
inputs: {}
`,
  )
}
