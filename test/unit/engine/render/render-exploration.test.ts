import { expect, it } from 'vitest'
import { painter } from '../../../../engine/render/paint.ts'
import {
  renderExploration,
  type ShownExploration,
  type ShownTrial,
} from '../../../../engine/render/render-exploration.ts'

type Verdict = ShownTrial['verdict']

const well: Verdict = {
  how: 'done',
  met: true,
  stops: 0,
  honest: false,
  message: undefined,
  doubled: [],
  lost: [],
  leaked: [],
}
const trial = (row: string, point: string, verdict: Partial<Verdict> = {}): ShownTrial => ({
  row,
  point,
  step: row,
  kept: undefined,
  verdict: { ...well, ...verdict },
})
const isClean = ({ doubled, lost }: Verdict): boolean => doubled.length + lost.length === 0

it('shows crashes step by step, and what is not clean with its point, its step and what is wrong', () => {
  const report: ShownExploration = {
    kind: 'crash',
    runbook: 'toy',
    rows: new Map([
      ['the run', 2],
      ['10 letter', 12],
    ]),
    points: 14,
    states: 3,
    seed: undefined,
    explored: [
      trial('the run', 'before record run/begun'),
      trial('10 letter', 'before step/letter/apply', { how: 'in-doubt', honest: true, message: 'begun' }),
      {
        ...trial('10 letter', 'after step/letter/apply', { doubled: ['out/letters.txt: sent'] }),
        kept: '/state/crash-2',
      },
    ],
    tookMs: 2_000,
  }
  expect(renderExploration(report, isClean, painter(false)))
    .toBe(`toy: power lost at each of 14 points, which leave 3 different disks

step       points  disks  resumed  in doubt  doubled  lost  leaked
the run         2      1        1         0        0     0       0
10 letter      12      2        1         1        1     0       0
all            14      3        2         1        1     0       0

✖ after step/letter/apply
  step         10 letter
  doubled      out/letters.txt: sent
  left behind  /state/crash-2

✖ 1 of 3 not clean, in 2.0 s
`)
})

it('shows faults call by call, with the seed of a sample', () => {
  const report: ShownExploration = {
    kind: 'fault',
    runbook: 'toy',
    rows: new Map([
      ['http.GET', 7],
      ['http.PUT', 7],
      ['pkcs11.C_Sign', 7],
    ]),
    points: 21,
    states: 21,
    seed: 9,
    explored: [
      trial('http.PUT', 'http.PUT#1=fail'),
      trial('http.PUT', 'http.PUT#1=deny', { stops: 1 }),
      trial('pkcs11.C_Sign', 'pkcs11.C_Sign#1=lost', { met: false }),
    ],
    tookMs: 61_000,
  }
  expect(renderExploration(report, isClean, painter(false)))
    .toBe(`toy: each of 21 faults of its calls; a sample of 3, RUNBOOK_TEST_SEED=9

call           faults  tried  not met  went on  resumed  in doubt  for a person  doubled  lost  leaked
http.PUT            7      2        0        1        1         0             0        0     0       0
pkcs11.C_Sign       7      1        1        0        0         0             0        0     0       0
all                21      3        1        1        1         0             0        0     0       0

✔ clean, in 1 min 1 s
`)
})

it('shows what is left to a person, and that it is lost where there was no need', () => {
  const report: ShownExploration = {
    ...{ kind: 'fault', runbook: 'toy', rows: new Map([['http.PUT', 2]]), points: 2, states: 2, seed: undefined },
    explored: [
      trial('http.PUT', 'http.PUT#1=replaced', { how: 'person', honest: true, stops: 4, message: 'another one' }),
      trial('http.PUT', 'http.PUT#1=fail', { how: 'person', stops: 4, message: 'in the way' }),
    ],
    tookMs: 1_000,
  }
  const text = renderExploration(report, ({ honest }) => honest, painter(false))
  expect(text).toMatch(/^all +2 +2 +0 +0 +0 +0 +2 +0 +1 +0$/m)
  expect(text).toContain('lost  the rest of the run, which a person holds up: in the way\n')
  expect(text).not.toContain('another one')
})
