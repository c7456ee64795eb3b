import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Runbook } from '../../../../engine/document/runbook.ts'
import { localDisk } from '../../../../engine/journal/disk.ts'
import { readJournal } from '../../../../engine/journal/read-journal.ts'
import { applyRunbook } from '../../../../engine/run/apply-runbook.ts'
import type { PersonRequest } from '../../../../engine/run/person-request.ts'
import { resumeRun } from '../../../../engine/run/resume-run.ts'
import type { ApplyParts, RunDone } from '../../../../engine/run/run-parts.ts'
import { NeedsPerson } from '../../../../engine/run/run-stop.ts'
import { type RunSummary, summarizeRuns } from '../../../../engine/run/run-summary.ts'
import { journalPath } from '../../../../engine/run/state-folder.ts'
import { takeBackRun } from '../../../../engine/run/take-back-run.ts'
import type { Json } from '../../../../engine/step/json.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import { openSite, type Site } from '../../../crash/toys/site.ts'
import { agree } from '../../../crash/virtual-host.ts'
import { families, losingPower } from './undo-toys.ts'

let site: Site

beforeEach(async () => {
  site = await openSite()
})
afterEach(() => site[Symbol.asyncDispose]())

const load = (steps: string, rest = ''): Promise<Runbook> => loadToy(steps, { rest, families })
const apply = async (runbook: Runbook, change: Partial<ApplyParts> = {}): Promise<RunDone> =>
  applyRunbook(await site.parts(runbook, change))
const resume = async (run: string, runbook: Runbook, change: Partial<ApplyParts> = {}): Promise<RunDone> =>
  resumeRun(run, await site.parts(runbook, change))
const undo = async (run: string, runbook: Runbook, to?: string, change: Partial<ApplyParts> = {}): Promise<RunDone> =>
  takeBackRun(run, to, await site.parts(runbook, change))

async function onlyRun(): Promise<RunSummary> {
  const { state } = await site.parts(await load(set('only', 1)))
  const [run] = await summarizeRuns(state)
  if (run === undefined) throw new Error('there is no run')
  return run
}

async function keysOf(run: string): Promise<readonly string[]> {
  const { state } = await site.parts(await load(set('only', 1)))
  const keys: string[] = []
  await readJournal(localDisk, journalPath(state, run), ({ key }) => void keys.push(key))
  return keys
}

function set(name: string, value: number, more = ''): string {
  return `  - { id: ${name}, uses: toy.set-setting, target: world, with: { name: ${name}, value: ${value} }${more} }\n`
}

const box = '  - { id: box, uses: toy.make-box, target: world, with: { name: b } }\n'
const book = '  - { id: book, uses: toy.lend-book, target: world, with: { to: eve } }\n'
const letter = '  - { id: letter, uses: toy.send-letter, target: world, with: { to: eve } }\n'
const denied = { code: 'denied', committed: false, outcomeUnknown: false } as const
const lost = { code: 'transient', committed: true, outcomeUnknown: true } as const

/** Answers resolutions with a claim, and everything else with yes. */
function saying(claim: 'done' | 'not-done', outputs: Json = null) {
  const asked: PersonRequest[] = []
  const answer = (request: PersonRequest): Promise<Json> => {
    asked.push(request)
    if (request.kind !== 'resolution') return Promise.resolve(agree(request))
    return Promise.resolve({ claim, outputs, reason: 'looked into the drawer', by: 'olga' })
  }
  return { asked, people: { answer } }
}

describe('a run that is taken back', () => {
  it('goes back newest first, and only over what it made itself', async () => {
    site.world.settings.set('found', 1)
    const runbook = await load(set('a', 1) + set('found', 1) + set('b', 2))
    const { runId } = await apply(runbook)
    const done = await undo(runId, runbook)
    expect(done).toMatchObject({ outcome: 'undone', undone: { automatic: false, stays: [] }, outputs: {} })
    expect(Object.fromEntries(site.world.settings)).toEqual({ a: 0, found: 1, b: 0 })
    const undone = site.events.flatMap((event) => (event.type === 'undo-ended' ? [event.step.id] : []))
    expect(undone).toEqual(['b', 'a'])
  })

  it('had ended: keeps its first end in the journal, and counts as undone', async () => {
    const runbook = await load(set('a', 1))
    const { runId } = await apply(runbook)
    await undo(runId, runbook)
    expect((await onlyRun()).state).toBe('undone')
    expect(await keysOf(runId)).toContain('undo/0/ended')
    expect((await keysOf(runId)).filter((key) => key === 'run/ended')).toHaveLength(1)
    expect((await resume(runId, runbook)).outcome).toBe('undone')
  })

  it('tells what it came to again, and does nothing twice', async () => {
    const runbook = await load(set('a', 1))
    const { runId } = await apply(runbook)
    const first = await undo(runId, runbook)
    site.world.settings.set('a', 7)
    expect(await undo(runId, runbook)).toEqual(first)
    expect(site.world.settings.get('a')).toBe(7)
  })

  it('stops at what cannot be taken back, and lists what stays', async () => {
    const runbook = await load(set('a', 1) + letter + set('b', 2))
    const { runId } = await apply(runbook)
    expect((await undo(runId, runbook)).undone).toEqual({
      ...{ automatic: false, by: expect.any(String), stays: ['letter', 'a'] },
      stoppedAt: { address: 'letter', why: 'it cannot be taken back' },
    })
    expect(Object.fromEntries(site.world.settings)).toEqual({ a: 1, b: 0 })
  })

  it('stops at a point of no return', async () => {
    const runbook = await load(set('a', 1) + set('b', 2, ', pointOfNoReturn: it is told to everybody') + set('c', 3))
    const { runId } = await apply(runbook)
    const { undone } = await undo(runId, runbook)
    expect(undone?.stoppedAt).toEqual({ address: 'b', why: 'it was a point of no return' })
    expect(Object.fromEntries(site.world.settings)).toEqual({ a: 1, b: 2, c: 0 })
  })

  it('stops at a point of no return that leaves nothing to take back', async () => {
    const told =
      '  - { id: told, uses: toy.stamp, target: world, with: {}, pointOfNoReturn: it is told to everybody }\n'
    const runbook = await load(set('a', 1) + told + set('b', 2))
    const { runId } = await apply(runbook)
    const { undone } = await undo(runId, runbook)
    expect(undone?.stoppedAt).toEqual({ address: 'told', why: 'it was a point of no return' })
    expect(Object.fromEntries(site.world.settings)).toEqual({ a: 1, b: 0 })
  })

  it('stops at what cannot be taken back, although a person settled that it was done', async () => {
    const runbook = await load(set('a', 1) + letter)
    site.world.plan('SendLetter', lost)
    const { people } = saying('done', { receipt: 'r7' })
    const { runId } = await apply(runbook, { people })
    expect((await undo(runId, runbook)).undone).toMatchObject({
      stays: ['letter', 'a'],
      stoppedAt: { address: 'letter', why: 'it cannot be taken back' },
    })
    expect(site.world.settings.get('a')).toBe(1)
  })

  it('destroys nothing that something once-only was made with, although that was taken back', async () => {
    const copy =
      '  - { id: copy, uses: toy.copy-box, target: world, with: { name: c, of: "${{ steps.box.outputs.number }}" } }\n'
    const runbook = await load(set('a', 1) + box + copy)
    const { runId } = await apply(runbook)
    expect((await undo(runId, runbook)).undone).toMatchObject({
      stays: ['box', 'a'],
      stoppedAt: { address: 'box', why: 'it would destroy what `copy` used' },
    })
    expect(site.world.ledger).toEqual(['MakeBox b', 'MakeBox c', 'DestroyBox c'])
  })

  it('takes back half of an effect', async () => {
    const runbook = await load('  - { id: gloves, uses: toy.make-gloves, target: world, with: {} }')
    site.world.plan('MakeRight', { code: 'denied', committed: false, outcomeUnknown: true })
    for (let n = 0; n < 9; n += 1) site.world.plan('MakeRight', denied)
    await expect(apply(runbook)).rejects.toMatchObject({ name: 'StepFailed' })
    await undo((await onlyRun()).begun.run, runbook)
    expect(site.world.ledger).toEqual(['Unmake half a pair'])
    expect([...site.world.names]).toEqual([])
  })

  it('goes past a step that surely did nothing, although it has no way back', async () => {
    const runbook = await load(set('a', 1) + letter)
    site.world.plan('SendLetter', denied)
    await expect(apply(runbook)).rejects.toMatchObject({ name: 'StepFailed' })
    const { undone } = await undo((await onlyRun()).begun.run, runbook)
    expect(undone).toMatchObject({ stays: [] })
    expect(site.world.settings.get('a')).toBe(0)
  })

  it('destroys nothing without the approval of two people', async () => {
    const runbook = await load(box)
    const { runId } = await apply(runbook)
    const asked: PersonRequest[] = []
    const answer = (request: PersonRequest): Promise<Json> => {
      asked.push(request)
      expect(site.world.names.has('b')).toBe(true)
      return Promise.resolve(agree(request))
    }
    await undo(runId, runbook, undefined, { people: { answer } })
    expect(site.world.ledger).toEqual(['MakeBox b', 'DestroyBox b'])
    expect(asked).toMatchObject([
      { kind: 'approval', role: 'change-approver', count: 2, given: [] },
      { kind: 'approval', given: ['alice'] },
    ])
  })

  it('goes back as far as `--to`, every item of it, and then neither forward nor by itself further back', async () => {
    const items =
      '  - { id: many, forEach: { in: "${{ [1, 2] }}", as: n, key: "${{ string(n) }}" }, steps: [{ id: x, uses: toy.set-setting, target: world, with: { name: "x${{ n }}", value: 9 } }] }\n'
    const runbook = await load(set('a', 1) + items + set('b', 2))
    const { runId } = await apply(runbook)
    expect(await undo(runId, runbook, 'x')).toMatchObject({ outcome: 'paused', undone: { stays: ['a'] } })
    expect(Object.fromEntries(site.world.settings)).toEqual({ a: 1, b: 0, x1: 0, x2: 0 })
    expect((await onlyRun()).state).toBe('undoing')
    await expect(resume(runId, runbook)).rejects.toMatchObject({
      reason: 'refused',
      message: `run \`${runId}\` was taken back as far as \`x\`, and goes forward no more`,
    })
    expect(await undo(runId, runbook)).toMatchObject({ outcome: 'undone', undone: { stays: [] } })
    expect(site.world.settings.get('a')).toBe(0)
  })

  it('leaves what `finally` did behind an earlier undo', async () => {
    const denyLetter = letter.replace(' }\n', ', onFailure: undo }\n')
    const tidyBlock = `  - { id: g, steps: [${set('b', 2).trim().slice(2)}, { id: no, assert: "\${{ 1 > 2 }}", onFailure: undo }], finally: [${set('tidyBlock', 6).trim().slice(2)}] }\n`
    for (const failing of [denyLetter, tidyBlock]) {
      await using other = await openSite()
      const runbook = await load(set('a', 1) + failing, `finally:\n${set('tidy', 5)}`)
      other.world.plan('SendLetter', denied)
      const { runId } = await applyRunbook(await other.parts(runbook))
      const settings = Object.fromEntries(other.world.settings)
      expect(settings).toMatchObject({ a: 0, tidy: 5 })
      expect(await takeBackRun(runId, undefined, await other.parts(runbook))).toMatchObject({ undone: { stays: [] } })
      expect(Object.fromEntries(other.world.settings)).toEqual(settings)
    }
  })

  it('takes back what `finally` of a block did before it', async () => {
    const block = `  - { id: g, steps: [${set('b', 2).trim().slice(2)}], finally: [${set('tidy', 6).trim().slice(2)}] }\n`
    const runbook = await load(set('a', 1) + block + letter.replace(' }\n', ', onFailure: undo }\n'))
    site.world.plan('SendLetter', denied)
    await apply(runbook)
    expect(Object.fromEntries(site.world.settings)).toEqual({ a: 0, b: 0, tidy: 0 })
  })

  it('does `finally` behind it, once', async () => {
    const runbook = await load(set('a', 1) + letter, `finally:\n${set('tidy', 5)}`)
    site.world.plan('SendLetter', denied)
    await expect(apply(runbook)).rejects.toMatchObject({ name: 'StepFailed' })
    const { run } = (await onlyRun()).begun
    expect((await undo(run, runbook)).outcome).toBe('undone')
    expect(Object.fromEntries(site.world.settings)).toEqual({ a: 0, tidy: 5 })
    expect((await onlyRun()).state).toBe('undone')
  })
})

describe('taking back, wherever the power is lost', () => {
  const steps = set('a', 1) + box + set('b', 2) + book + letter
  const ledger = ['MakeBox b', 'LendBook eve', 'CallBack eve with receipt of eve', 'DestroyBox b']

  /** A run that paused at its last step, which surely did nothing. */
  async function paused(where: Site, runbook: Runbook): Promise<string> {
    where.world.plan('SendLetter', denied)
    await expect(applyRunbook(await where.parts(runbook))).rejects.toMatchObject({ name: 'StepFailed' })
    const [run] = await summarizeRuns((await where.parts(runbook)).state)
    return run?.begun.run ?? ''
  }

  it('comes to the same end, and destroys nothing twice', async () => {
    const runbook = await load(steps, `finally:\n${set('tidy', 5)}`)
    const points: string[] = []
    const aroundHost = losingPower(undefined, points)
    await undo(await paused(site, runbook), runbook, undefined, { aroundHost })
    expect(site.world.ledger).toEqual(ledger)
    expect(points.length).toBeGreaterThan(20)
    for (const [at, name] of points.entries()) {
      await using other = await openSite()
      const runId = await paused(other, runbook)
      const crash = takeBackRun(runId, undefined, await other.parts(runbook, { aroundHost: losingPower(at, []) }))
      await expect(crash, name).rejects.toBeInstanceOf(Error)
      const [run] = await summarizeRuns((await other.parts(runbook)).state)
      // a resume goes on with it, once it was begun; before that there is nothing of it to go on with
      const done =
        run?.state === 'unfinished'
          ? await takeBackRun(runId, undefined, await other.parts(runbook))
          : await resumeRun(runId, await other.parts(runbook))
      expect(done, name).toMatchObject({ outcome: 'undone', undone: { stays: [] } })
      // an undo function may be called again: a box that is gone is not destroyed again, a book is called back again
      expect([...new Set(other.world.ledger)], name).toEqual(ledger)
      expect(
        other.world.ledger.filter((each) => each === 'DestroyBox b'),
        name,
      ).toHaveLength(1)
      expect(Object.fromEntries(other.world.settings), name).toEqual({ a: 0, b: 0, tidy: 5 })
    }
  })
})

describe('a step that fails with `onFailure: undo`', () => {
  it('takes the run back to the last point of no return, and says so', async () => {
    const runbook = await load(
      set('a', 1) +
        set('b', 2, ', pointOfNoReturn: it is told to everybody') +
        set('c', 3) +
        letter.replace(' }\n', ', onFailure: undo }\n'),
    )
    site.world.plan('SendLetter', denied)
    expect(await apply(runbook)).toMatchObject({
      ...{ outcome: 'undone', failures: ['letter'] },
      undone: { automatic: true, stays: ['b', 'a'], stoppedAt: { address: 'b', why: 'it was a point of no return' } },
    })
    expect(Object.fromEntries(site.world.settings)).toEqual({ a: 1, b: 2, c: 0 })
    expect((await onlyRun()).state).toBe('undone')
  })

  it('destroys nothing: a person takes back the rest', async () => {
    const runbook = await load(set('a', 1) + box + set('c', 3) + letter.replace(' }\n', ', onFailure: undo }\n'))
    site.world.plan('SendLetter', denied)
    await expect(apply(runbook)).rejects.toMatchObject({ reason: 'refused', step: { id: 'box' } })
    expect(Object.fromEntries(site.world.settings)).toEqual({ a: 1, c: 0 })
    const run = await onlyRun()
    expect(run.state).toBe('undoing')
    expect(await undo(run.begun.run, runbook)).toMatchObject({ outcome: 'undone', undone: { automatic: false } })
    expect(site.world.settings.get('a')).toBe(0)
    expect(site.world.names.has('b')).toBe(false)
  })
})

describe('what cannot be told or taken back', () => {
  it('is settled by a person on the way back as well', async () => {
    const runbook = await load(set('a', 1) + book)
    site.world.plan('LendBook', lost)
    await expect(apply(runbook)).rejects.toMatchObject({ reason: 'in-doubt' })
    const { run } = (await onlyRun()).begun
    await expect(undo(run, runbook)).rejects.toMatchObject({ reason: 'in-doubt', step: { id: 'book' } })
    const { people } = saying('done', { receipt: 'r7' })
    expect(await undo(run, runbook, undefined, { people })).toMatchObject({ outcome: 'undone', exceptions: ['book'] })
    expect(site.world.ledger).toEqual(['LendBook eve', 'CallBack eve with r7'])
  })

  it('is tried again by every command, and stays once people approved that', async () => {
    const runbook = await load(set('a', 1) + book)
    const { runId } = await apply(runbook)
    for (let n = 0; n < 3; n += 1) site.world.plan('CallBack', denied)
    await expect(undo(runId, runbook)).rejects.toMatchObject({ name: 'StepFailed' })
    await expect(resume(runId, runbook)).rejects.toMatchObject({ name: 'StepFailed' })
    const { people, asked } = saying('done')
    const done = await resume(runId, runbook, { people })
    expect(done).toMatchObject({ outcome: 'undone', exceptions: ['book'], undone: { stays: ['book', 'a'] } })
    expect(done.undone?.stoppedAt?.why).toBe('it could not be taken back, and stays, says olga: looked into the drawer')
    expect(asked.map(({ kind }) => kind)).toEqual(['resolution', 'approval', 'approval'])
    expect(asked.at(-1)).toMatchObject({ operators: expect.arrayContaining(['olga']) })
  })

  it('is settled by a person where nobody can look any more', async () => {
    const runbook = await load(
      set('a', 1) + '  - { id: k, uses: toy.make-key-pair, target: world, with: { label: k } }\n',
    )
    const burnt = { code: 'device', committed: false, outcomeUnknown: false } as const
    site.world.plan('GenerateKeyPair', { ...burnt, outcomeUnknown: true })
    let looks = 0
    site.world.onRequest = (operation) => {
      if (operation === 'FindObjects' && (looks += 1) > 1) site.world.plan('FindObjects', burnt)
    }
    await expect(apply(runbook)).rejects.toBeInstanceOf(Error)
    const { run } = (await onlyRun()).begun
    await expect(undo(run, runbook)).rejects.toMatchObject({ name: 'StepFailed' })
    const { people } = saying('not-done')
    expect(await resume(run, runbook, { people })).toMatchObject({ outcome: 'undone', exceptions: ['k'] })
    expect(site.world.settings.get('a')).toBe(0)
  })

  it('is gone, once people approved that, and the way back goes on', async () => {
    const runbook = await load(set('a', 1) + book)
    const { runId } = await apply(runbook)
    site.world.plan('CallBack', denied)
    const { people } = saying('not-done')
    expect(await undo(runId, runbook, undefined, { people })).toMatchObject({ undone: { stays: [] } })
    expect(site.world.settings.get('a')).toBe(0)
  })
})

describe('a doubt that a person settles', () => {
  it('counts a claim once: tried again and in doubt again, it asks again', async () => {
    const runbook = await load(letter)
    site.world.plan('SendLetter', lost)
    site.world.plan('SendLetter', lost)
    await expect(apply(runbook)).rejects.toMatchObject({ reason: 'in-doubt' })
    const { run } = (await onlyRun()).begun
    let claims = 0
    const numbers: number[] = []
    const answer = (request: PersonRequest): Promise<Json> => {
      if (request.kind !== 'resolution') return Promise.resolve(agree(request))
      numbers.push(request.n)
      claims += 1
      if (claims > 1) throw new NeedsPerson('in-doubt', request.why)
      return Promise.resolve({ claim: 'not-done', outputs: null, reason: 'the post says so', by: 'olga' })
    }
    await expect(resume(run, runbook, { people: { answer } })).rejects.toMatchObject({ reason: 'in-doubt' })
    expect(numbers).toEqual([0, 2])
  })

  it('does not use one claim for two doubts, wherever the power is lost', async () => {
    const runbook = await load(letter)
    const { people } = saying('not-done')
    const start = async (where: Site): Promise<string> => {
      where.world.plan('SendLetter', lost)
      await expect(applyRunbook(await where.parts(runbook))).rejects.toMatchObject({ reason: 'in-doubt' })
      const [run] = await summarizeRuns((await where.parts(runbook)).state)
      return run?.begun.run ?? ''
    }
    const points: string[] = []
    await resumeRun(
      await start(site),
      await site.parts(runbook, { people, aroundHost: losingPower(undefined, points) }),
    )
    for (const [at, name] of points.entries()) {
      await using other = await openSite()
      const run = await start(other)
      const crash = resumeRun(run, await other.parts(runbook, { people, aroundHost: losingPower(at, []) }))
      await expect(crash, name).rejects.toBeInstanceOf(Error)
      // nobody says anything now: what may have been sent again is not sent a third time
      await resumeRun(run, await other.parts(runbook)).catch((error: unknown) => error)
      expect(other.world.letters.length, name).toBeLessThanOrEqual(2)
    }
  })
})
