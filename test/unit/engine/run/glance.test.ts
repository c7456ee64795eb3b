import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { JournalError } from '../../../../engine/journal/journal-error.ts'
import { glanceAtRuns, summarizeRun } from '../../../../engine/run/run-summary.ts'

const corpus = new URL('../../../journals/', import.meta.url).pathname
const names = readdirSync(corpus, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
const run = '20261201-090000-abcde'
let state: { readonly path: string }
let path: string

beforeEach(() => {
  state = { path: mkdtempSync(join(tmpdir(), 'runbook-glance-')) }
  mkdirSync(join(state.path, 'runs', run), { recursive: true })
  path = join(state.path, 'runs', run, 'journal.jsonl')
})

afterEach(() => rmSync(state.path, { recursive: true }))

/** What is seen, or the code of the error. */
async function orCode<T>(read: () => Promise<T>): Promise<T | string> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof JournalError)) throw error
    return error.code
  }
}

describe('a glance at a run', () => {
  it.each(names.filter((name) => !name.startsWith('damaged') && name !== 'lost-line'))(
    'tells of %s what reading all of it tells',
    async (name) => {
      copyFileSync(join(corpus, name, 'journal.jsonl'), path)
      const glance = await orCode(async () => (await glanceAtRuns(state))[0])
      const summary = await orCode(() => summarizeRun(state, run))
      if (typeof summary === 'string') return expect(glance).toBe(summary)
      const { begun, beganAt, state: progress, head, torn } = summary
      expect(glance).toMatchObject({ begun, beganAt, state: progress, head, torn })
    },
  )

  it('does not read what stands between the ends of a run that ended', async () => {
    const bytes = readFileSync(join(corpus, 'done-with-exceptions', 'journal.jsonl'))
    bytes.fill(0, 4000, 9000)
    writeFileSync(path, bytes)
    expect(await glanceAtRuns(state)).toMatchObject([{ state: 'done', head: { records: 36 } }])
    expect(await orCode(() => summarizeRun(state, run))).toBe('damaged')
  })
})
