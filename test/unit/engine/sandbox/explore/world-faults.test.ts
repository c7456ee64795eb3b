import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exploreCrashes } from '../../../../../engine/sandbox/explore/explore-crashes.ts'
import { exploreFaults } from '../../../../../engine/sandbox/explore/explore-faults.ts'
import { type Exploration, isClean } from '../../../../../engine/sandbox/explore/exploration.ts'
import { doorFamily, lives } from './door-family.ts'

const folder = mkdtempSync(join(tmpdir(), 'runbook-doors-'))
afterAll(() => rmSync(folder, { recursive: true }))

const parts = () => ({
  ...{ file: join(folder, 'doors.yaml'), families: [doorFamily], toolVersion: '1', seed: 1, sample: undefined },
  ...{ folder: join(folder, `x${Math.random()}`), signal: new AbortController().signal, progress: () => undefined },
})

beforeAll(() => {
  writeFileSync(
    join(folder, 'doors.yaml'),
    `runbook: doors
format: 1
version: 1.0.0
title: Doors
again: refuse
bindings:
  house: { kind: doors }
steps:
  - { id: front, uses: door.make, target: house, with: { name: front } }
  - { id: back, uses: door.make, target: house, with: { name: back } }
outputs: { name: '\${{ steps.back.outputs.name }}' }
`,
  )
  writeFileSync(join(folder, 'doors.rehearsal.yaml'), 'rehearsal: doors\nformat: 1\nbindings: { house: {} }\n')
})

describe('what a service does by itself', { timeout: 60_000 }, () => {
  let exploration: Exploration
  beforeAll(async () => {
    exploration = await exploreFaults(parts())
  }, 60_000)

  const verdictsOn = (fault: string) =>
    exploration.explored.filter(({ point }) => point.endsWith(`=${fault}`)).map(({ verdict }) => verdict)

  it('is tried in each call that can have it, and leaves nothing doubled or lost', () => {
    const unclean = exploration.explored.filter(({ verdict }) => !isClean(verdict))
    expect(unclean).toEqual([])
    expect(exploration.rows.get('door.Make')).toBe(2 * 5)
    expect(exploration.explored.every(({ verdict }) => verdict.met)).toBe(true)
  })

  it('is gone on from once it is over: the first attempt fails, the resumed one ends', () => {
    const outages = verdictsOn('unavailable')
    expect(outages.length).toBeGreaterThan(2)
    for (const { how, stops } of outages) expect({ how, again: stops > 0 }).toEqual({ how: 'done', again: true })
    for (const { how, stops } of verdictsOn('slow')) expect({ how, stops }).toEqual({ how: 'done', stops: 0 })
  })

  it('is left to a person where it stays in the way', () => {
    const others = verdictsOn('done-by-another')
    expect(others).toHaveLength(2)
    for (const { how, honest, message } of others) {
      expect({ how, honest }).toEqual({ how: 'person', honest: true })
      expect(message).toContain('there are two doors')
    }
  })

  it('stops every simulator that it started', () => {
    expect(lives.stopped).toBe(lives.started)
    expect(lives.started).toBeGreaterThan(exploration.explored.length)
  })
})

it('crashes are gone on from as before', { timeout: 60_000 }, async () => {
  const { explored, points } = await exploreCrashes(parts())
  expect(points).toBeGreaterThan(10)
  expect(explored.filter(({ verdict }) => !isClean(verdict))).toEqual([])
})
