import type { Surviving, Tear } from './memory-disk.ts'

/** Ways in which `length` unsynced bytes can survive power loss: none, some, all, with holes, out of order. */
export function tearsOf(length: number): readonly Tear[] {
  const tears: Tear[] = []
  for (let kept = 0; kept <= length; kept += 1) {
    tears.push((bytes) => bytes.subarray(0, kept))
    if (kept === length) break
    // the length was written, the rest of the bytes not
    tears.push((bytes) => Buffer.concat([bytes.subarray(0, kept), Buffer.alloc(bytes.length - kept)]))
    // later blocks were written before earlier ones
    tears.push((bytes) => Buffer.concat([Buffer.alloc(kept + 1), bytes.subarray(kept + 1)]))
  }
  return tears
}

/** Each tear, with and without names and cuts that were never synced. */
export function survivalsOf(length: number): readonly Surviving[] {
  return tearsOf(length).flatMap((tear) => [
    { tear, names: true },
    { tear, names: false },
  ])
}
