import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openRequestsFold, readOpenRequests } from '../../../../engine/approval/open-requests.ts'
import { Journal } from '../../../../engine/journal/journal.ts'
import type { Json } from '../../../../engine/step/json.ts'

type Records = readonly (readonly [string, Json])[]

const asked = (text = 'text', count = 2): Json => ({
  role: 'custodian',
  count,
  expiresMs: 5,
  head: 'h',
  text,
  digest: `of ${text}`,
})
const begun = ['run/begun', { run: 'R' }] as const

function open(...records: Records) {
  const fold = openRequestsFold()
  for (const [key, value] of [begun, ...records]) fold.visit({ key, value, at: '2026-11-22T12:00:00.000Z' })
  return fold.list()
}

function subjects(...records: Records): readonly string[] {
  return open(...records).map(({ subject, n }) => `${subject} ${n}`)
}

it('is what was asked, word for word', () => {
  expect(open(['step/signRoot/approval/0/requested', asked()])).toEqual([
    {
      run: 'R',
      address: 'signRoot',
      subject: 'step/signRoot',
      n: 0,
      role: 'custodian',
      count: 2,
      expiresMs: 5,
      text: 'text',
      digest: 'of text',
      requestedAt: '2026-11-22T12:00:00.000Z',
      given: [],
    },
  ])
})

it('stays open until enough people have answered', () => {
  const request = ['step/a/approval/0/requested', asked()] as const
  const alice = ['step/a/approval/0/given/0', { by: 'alice' }] as const
  expect(open(request, alice)).toMatchObject([{ given: ['alice'] }])
  expect(subjects(request, alice, ['step/a/approval/0/given/1', { by: 'alice' }])).toEqual(['step/a 0'])
  expect(subjects(request, alice, ['step/a/approval/0/given/1', { by: 'bob' }])).toEqual([])
})

it('is over once it was rejected, and open again when it is asked again', () => {
  const request = ['step/a/approval/0/requested', asked()] as const
  const rejected = ['step/a/approval/0/rejected', { by: 'alice', reason: 'no' }] as const
  expect(subjects(request, rejected)).toEqual([])
  expect(subjects(request, rejected, ['step/a/approval/1/requested', asked('new')])).toEqual(['step/a 1'])
})

it('is only the last time it was asked; answers to an earlier one count nothing', () => {
  const records: Records = [
    ['step/a/approval/0/requested', asked()],
    ['step/a/approval/1/requested', asked('new')],
    ['step/a/approval/0/given/0', { by: 'alice' }],
  ]
  expect(open(...records)).toMatchObject([{ n: 1, text: 'new', given: [] }])
})

it('tells the approval of a claim from that of the step', () => {
  expect(
    open(
      ['step/createUser[eu][a%2Fb]/approval/0/requested', asked()],
      ['step/createUser[eu][a%2Fb]/resolution/2/approval/0/requested', asked('claim', 1)],
    ),
  ).toMatchObject([
    { address: 'createUser[eu][a%2Fb]', subject: 'step/createUser[eu][a%2Fb]' },
    { address: 'createUser[eu][a%2Fb]', subject: 'step/createUser[eu][a%2Fb]/resolution/2' },
  ])
})

it.each(['run/ended', 'run/closed', 'run/handed-over'])('waits for nobody after %s', (key) => {
  expect(subjects(['step/a/approval/0/requested', asked()], [key, {}])).toEqual([])
})

it('goes on where a run was handed over to', () => {
  const request = ['step/a/approval/0/requested', asked()] as const
  expect(subjects(request, ['run/handed-over', {}], ['run/accepted', {}])).toEqual(['step/a 0'])
})

it('asks for what taking back a run needs, although the run has ended', () => {
  const request = ['undo/approval/0/requested', asked()] as const
  expect(open(['run/ended', {}], ['undo/begun', {}], request)).toMatchObject([{ subject: 'undo', address: 'undo' }])
})

it('reads what the first release wrote: all names in one record', () => {
  const { expiresMs: _, ...old } = asked() as { expiresMs: number }
  const request = ['step/a/approval/0/requested', old] as const
  expect(open(request)).toMatchObject([{ expiresMs: 7 * 86_400_000 }])
  expect(subjects(request, ['step/a/approval/0/given', { by: ['alice', 'bob'] }])).toEqual([])
})

it('is read from a journal', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'runbook-open-'))
  try {
    const path = join(dir, 'journal.jsonl')
    await using journal = await Journal.create(path, 'run/begun', { run: 'R', environment: { path: 'e' } })
    await journal.append('step/a/approval/0/requested', asked())
    expect(await readOpenRequests(path)).toMatchObject({
      begun: { run: 'R', environment: { path: 'e' } },
      requests: [{ run: 'R', address: 'a' }],
    })
  } finally {
    rmSync(dir, { recursive: true })
  }
})
