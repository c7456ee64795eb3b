import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type EstimatedEntry,
  remainingEstimateMs,
  standardEstimateMs,
} from '../../../../engine/run/remaining-estimate.ts'

const step = (estimateMs?: number): EstimatedEntry => ({ estimateMs })
const parallel = (children: readonly EstimatedEntry[], concurrency?: number): EstimatedEntry => ({
  ...{ estimateMs: undefined, mode: 'parallel', children },
  ...(concurrency === undefined ? {} : { concurrency }),
})

describe('remaining estimate', () => {
  it('is nothing when nothing is ahead, not even in a block', () => {
    expect(remainingEstimateMs([])).toBe(0)
    expect(remainingEstimateMs([parallel([]), { estimateMs: undefined, children: [] }])).toBe(0)
  })

  it('adds up, two seconds where nobody says anything', () => {
    expect(remainingEstimateMs([step(60_000), step(), step(0)])).toBe(62_000)
  })

  it('takes the longest of what runs at the same time', () => {
    const group: EstimatedEntry = { estimateMs: undefined, mode: 'sequence', children: [step(3000), step(4000)] }
    expect(remainingEstimateMs([step(1000), parallel([step(5000), group, step()]), step(1000)])).toBe(9000)
  })

  it('counts rounds where only some run at the same time', () => {
    expect(remainingEstimateMs([parallel([step(5), step(1), step(1), step(1)], 2)])).toBe(5)
    expect(remainingEstimateMs([parallel([step(3), step(3), step(3), step(3), step(3)], 2)])).toBe(9)
    expect(remainingEstimateMs([parallel([step(3), step(4)], 1)])).toBe(7)
  })

  it('believes what a block says of itself', () => {
    expect(remainingEstimateMs([{ estimateMs: 10, children: [step(60_000)] }])).toBe(10)
  })

  it('never grows when a step is done, and is never less than the longest step', () => {
    const entries = fc.letrec<{ entry: EstimatedEntry }>((tie) => ({
      entry: fc.oneof(
        { maxDepth: 3 },
        fc.record({ estimateMs: fc.option(fc.nat(100_000), { nil: undefined }) }),
        fc.record({
          estimateMs: fc.constant(undefined),
          children: fc.array(tie('entry'), { maxLength: 4 }),
          mode: fc.constantFrom('sequence' as const, 'parallel' as const),
          concurrency: fc.integer({ min: 1, max: 5 }),
        }),
      ),
    })).entry
    const longest = ({ estimateMs, children }: EstimatedEntry): number =>
      estimateMs ?? (children === undefined ? standardEstimateMs : Math.max(0, ...children.map(longest)))
    fc.assert(
      fc.property(fc.array(entries, { minLength: 1, maxLength: 5 }), (ahead) => {
        const all = remainingEstimateMs(ahead)
        expect(all).toBeGreaterThanOrEqual(remainingEstimateMs(ahead.slice(1)))
        expect(all).toBeGreaterThanOrEqual(Math.max(...ahead.map(longest)))
      }),
    )
  })
})
