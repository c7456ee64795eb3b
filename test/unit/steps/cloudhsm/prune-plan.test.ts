import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planPruning } from '../../../../steps/cloudhsm/prune-plan.ts'
import { backupOf, cluster, copyOf, day, now } from './backup-of.ts'

const rule = { clusterId: cluster, before: now - 30 * day, keep: 1 }
const pruned = (backups: Parameters<typeof planPruning>[0], changed: Partial<typeof rule> = {}) =>
  planPruning(backups, { ...rule, ...changed }).prune.map(({ id }) => id)

describe('what is pruned', () => {
  it('is what is older, the oldest first', () => {
    expect(pruned([backupOf('new', 1), backupOf('old', 40), backupOf('older', 50), backupOf('young', 29)])).toEqual([
      'older',
      'old',
    ])
  })

  it('is never what is kept for ever', () => {
    expect(pruned([backupOf('new', 1), backupOf('kept', 40, { neverExpires: true })])).toEqual([])
  })

  it('is never what is not READY', () => {
    const states = ['CREATE_IN_PROGRESS', 'PENDING_DELETION', 'DELETED', 'SOMETHING_NEW']
    expect(pruned([backupOf('new', 1), ...states.map((state) => backupOf(state, 40, { state }))])).toEqual([])
  })

  it('is never the last READY one, and newer ones that are not READY are no help', () => {
    const making = backupOf('making', 0, { state: 'CREATE_IN_PROGRESS' })
    expect(pruned([making, backupOf('last', 400)])).toEqual([])
    expect(pruned([making, backupOf('last', 400), backupOf('older', 500)])).toEqual(['older'])
  })

  it('leaves as many of the newest as are to be kept', () => {
    expect(
      pruned(
        [40, 50, 60, 70].map((age) => backupOf(`b${age}`, age)),
        { keep: 3 },
      ),
    ).toEqual(['b70'])
  })

  it('is nothing of another cluster, and copies by the cluster they come from', () => {
    const other = backupOf('other', 90, { clusterId: 'cluster-other222222' })
    const own = backupOf('own', 90)
    expect(pruned([backupOf('new', 1), other, copyOf('copy-other', other, 80), copyOf('copy-own', own, 80)])).toEqual([
      'copy-own',
    ])
  })

  it('counts the age of a copy from when it was copied, though it carries the time of its source', () => {
    const source = backupOf('source', 300)
    expect(pruned([backupOf('new', 1), copyOf('fresh', source, 2), copyOf('stale', source, 31)])).toEqual(['stale'])
  })

  it('takes for newest what holds the newest keys, not what was copied last', () => {
    const lately = copyOf('of-old', backupOf('a', 300), 40)
    const early = copyOf('of-new', backupOf('b', 60), 50)
    expect(pruned([lately, early])).toEqual(['of-old'])
  })

  it('leaves one READY backup at least, keeps all that never expire, and touches nothing young', () => {
    const state = fc.constantFrom('READY', 'READY', 'READY', 'CREATE_IN_PROGRESS', 'PENDING_DELETION', 'DELETED')
    const each = fc.record({ age: fc.integer({ min: 0, max: 400 }), state, neverExpires: fc.boolean() })
    fc.assert(
      fc.property(fc.array(each, { maxLength: 30 }), fc.integer({ min: 0, max: 5 }), (made, keep) => {
        const all = made.map(({ age, ...rest }, n) => backupOf(`b${n}`, age, rest))
        const { prune, kept } = planPruning(all, { ...rule, keep })
        const ready = all.filter((backup) => backup.state === 'READY')
        expect(prune.length + kept.length).toBe(ready.length)
        expect(kept.length).toBeGreaterThanOrEqual(Math.min(ready.length, Math.max(1, keep)))
        for (const backup of prune) {
          expect(backup).toMatchObject({ state: 'READY', neverExpires: false })
          expect(backup.createdAt).toBeLessThan(rule.before)
          expect(Math.max(...kept.map(({ createdAt }) => createdAt))).toBeGreaterThanOrEqual(backup.createdAt)
        }
      }),
    )
  })
})
