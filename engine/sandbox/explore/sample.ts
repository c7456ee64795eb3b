/**
 * `count` of the items, in their order, of as many kinds as can be; which ones depends on the seed alone.
 *
 * @param kindOf items of one kind are much alike
 */
export function sampleOf<T>(
  items: readonly T[],
  count: number,
  seed: number,
  kindOf: (item: T) => string,
): readonly T[] {
  const next = random(seed)
  const drawn = items.map((item, at) => ({ at, kind: kindOf(item), lot: next() })).toSorted((a, b) => a.lot - b.lot)
  const ofKind = new Map<string, number>()
  const ranked = drawn.map((each) => {
    const rank = ofKind.get(each.kind) ?? 0
    ofKind.set(each.kind, rank + 1)
    return { ...each, rank }
  })
  const chosen = ranked.toSorted((a, b) => a.rank - b.rank || a.lot - b.lot).slice(0, count)
  const places = new Set(chosen.map(({ at }) => at))
  return items.filter((_, at) => places.has(at))
}

/** Mulberry32: from 0 inclusive to 1 exclusive. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
