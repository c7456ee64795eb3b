import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { compareEnds } from '../../../../../engine/sandbox/explore/end-state.ts'
import { isClean } from '../../../../../engine/sandbox/explore/exploration.ts'
import { sampleOf } from '../../../../../engine/sandbox/explore/sample.ts'
import { findLeaks } from '../../../../../engine/sandbox/explore/secrets.ts'
import { shapeOf, shapeOfName } from '../../../../../engine/sandbox/explore/shape.ts'
import { restoreSnapshot, takeSnapshot } from '../../../../../engine/sandbox/explore/snapshot.ts'
import { stepOf } from '../../../../../engine/sandbox/explore/watch-host.ts'

const folder = mkdtempSync(join(tmpdir(), 'runbook-explore-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('a snapshot', () => {
  it('brings files and modes back, without locks, under one digest', () => {
    const from = join(folder, 'from')
    mkdirSync(join(from, 'state', 'locks'), { recursive: true })
    writeFileSync(join(from, 'state', 'locks', '1.json'), '{}')
    writeFileSync(join(from, 'pin'), 'secret', { mode: 0o600 })
    const snapshot = takeSnapshot(from)
    const to = join(folder, 'to')
    restoreSnapshot(snapshot, to)
    expect(takeSnapshot(to).digest).toBe(snapshot.digest)
    expect(statSync(join(to, 'pin')).mode & 0o777).toBe(0o600)
    expect(() => readFileSync(join(to, 'state', 'locks', '1.json'))).toThrow('ENOENT')
    writeFileSync(join(to, 'pin'), 'Secret')
    expect(takeSnapshot(to).digest).not.toBe(snapshot.digest)
  })
})

describe('two ends', () => {
  it('differ by what is there more often, and by what is missing', () => {
    const end = (effects: readonly string[], rest: readonly string[] = []) => ({ effects, rest })
    const [one, other] = [end(['a', 'b', 'b'], ['x']), end(['b', 'a', 'a', 'c'], ['y'])]
    expect(compareEnds(one, other)).toEqual({ doubled: ['a', 'c', 'y'], lost: ['b', 'x'] })
    // made, taken back and made again: what is left tells
    expect(compareEnds(one, other, true)).toEqual({ doubled: ['y'], lost: ['x'] })
  })

  it('have files of the same names when only ids in them differ', () => {
    expect(shapeOfName('quorum/0a1b2c3d4e5f6071.alice.sig')).toBe('quorum/(id).alice.sig')
    expect(shapeOfName('example-root-certificate-2.pem')).toBe('(id).pem')
    expect(shapeOfName('offline-backup-2akf7yicen3.json')).toBe('offline-backup-(id).json')
    expect(shapeOfName('offline-backup-lakfxyicenk.json')).toBe('offline-backup-(id).json')
    expect(shapeOfName('certificate-of-the-root.pem')).toBe('certificate-of-the-root.pem')
    expect(shapeOfName('crl/root-7.crl')).toBe('crl/root-#.crl')
  })

  it('are clean where a person is left with what somebody else did, and nothing was doubled', () => {
    const verdict = { met: true, stops: 4, honest: true, message: 'm', doubled: [], lost: [], leaked: [] } as const
    expect(isClean({ ...verdict, how: 'person' })).toBe(true)
    expect(isClean({ ...verdict, how: 'person', honest: false })).toBe(false)
    expect(isClean({ ...verdict, how: 'person', doubled: ['cloudhsm.CreateHsm'] })).toBe(false)
    expect(isClean({ ...verdict, how: 'stopped' })).toBe(false)
    expect(isClean({ ...verdict, how: 'done' })).toBe(true)
  })

  it('have one shape when only keys, ids, times and signatures differ', () => {
    const pem = (body: string) => `-----BEGIN X509 CRL-----\n${body}\n-----END X509 CRL-----\n`
    const text = (id: string, time: string, body: string) => `run ${id} at ${time}\n${pem(body)}serial 00${id.length}`
    const one = text('20261122-135012-k7m2q', '2026-11-22T13:50:12Z', 'MIIB\nAAA=')
    expect(shapeOf(one)).toBe(shapeOf(text('20261123-015012-abcde', '2026-11-23T01:50:12.123Z', 'MIIC+/b')))
    expect(shapeOf(`${one}\nsent`)).not.toBe(shapeOf(one))
  })
})

describe('a leak', () => {
  const value = 'p4ss/word"+of~27'
  const forms = {
    plain: value,
    'base64, one byte on': Buffer.from(`x${value}y`).toString('base64'),
    'base64, two bytes on': Buffer.from(`xx${value}yy`).toString('base64'),
    base64: Buffer.from(value).toString('base64'),
    base64url: Buffer.from(`${value}?`).toString('base64url'),
    hex: Buffer.from(value).toString('hex'),
    'hex in capitals': Buffer.from(value).toString('hex').toUpperCase(),
    URL: encodeURIComponent(value),
    JSON: JSON.stringify({ value }),
  }

  it.each(Object.entries(forms))('is found as %s', (_, form) => {
    expect(findLeaks([{ name: 'PIN', value }], new Map([['said', `before ${form} behind`]]), [])).toEqual([
      'PIN in said',
    ])
  })

  it('is found in files, and never where there is none', () => {
    const place = join(folder, 'leaky')
    mkdirSync(place)
    writeFileSync(join(place, 'journal'), 'p4ss/word')
    expect(findLeaks([{ name: 'PIN', value }], new Map(), [place])).toEqual([])
    writeFileSync(join(place, 'journal'), value)
    expect(findLeaks([{ name: 'PIN', value }], new Map(), [place])).toEqual([`PIN in \`${join(place, 'journal')}\``])
  })
})

describe('a sample', () => {
  const items = [...'aaaaaaaabbbbc'].map((kind, at) => ({ kind, at }))
  const draw = (count: number, seed: number) => sampleOf(items, count, seed, ({ kind }) => kind)

  it('is the same for one seed, keeps the order, and has as many kinds as can be', () => {
    expect(draw(4, 7)).toEqual(draw(4, 7))
    for (let seed = 0; seed < 20; seed += 1) expect(draw(3, seed).map(({ kind }) => kind)).toEqual(['a', 'b', 'c'])
    expect(draw(99, 1)).toEqual(items)
    expect(new Set(Array.from({ length: 20 }, (_, seed) => JSON.stringify(draw(3, seed)))).size).toBeGreaterThan(5)
  })
})

it('a point names its step by its address', () => {
  expect(stepOf('after record step/createUser[eu][alice]/started')).toBe('createUser[eu][alice]')
  expect(stepOf('before step/rootKey/apply')).toBe('rootKey')
  expect(stepOf('before record run/ended')).toBeUndefined()
})
