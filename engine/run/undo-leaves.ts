import type { Entry, Leaf, Runbook } from '../document/runbook.ts'
import { isBlock, walkEntries } from '../document/walk-entries.ts'
import type { RunHost } from './host.ts'
import { instancesOf } from './instances.ts'
import { keys, type UndoBegun } from './records.ts'

type Memory = Pick<RunHost, 'recall'>

/** What has to be passed on the way back, newest first: without what `finally` began behind an earlier undo, which was its end. */
export function leavesToTakeBack(host: Memory, { steps, finally: last }: Runbook): readonly Leaf[] {
  const first = host.recall(keys.undoBegun(0)) as UndoBegun | undefined // written by `undoRun` alone
  const leaves = [...instancesOf(host, [...steps, ...last])].reverse()
  if (first?.begunInFinally === undefined) return leaves
  const ids = idsInFinally({ steps, finally: last })
  const begun = new Set(first.begunInFinally)
  return leaves.filter(({ id, address }) => !ids.has(id) || begun.has(address))
}

/** Addresses of what was begun in a `finally`. */
export function begunInFinally(host: Memory, runbook: Runbook): readonly string[] {
  const ids = idsInFinally(runbook)
  return [...instancesOf(host, [...runbook.steps, ...runbook.finally])]
    .filter(({ id, address }) => ids.has(id) && isBegun(host, address))
    .map(({ address }) => address)
}

function isBegun(host: Memory, address: string): boolean {
  return [keys.confirmed(address), keys.started(address), keys.succeeded(address)].some(
    (key) => host.recall(key) !== undefined,
  )
}

function idsInFinally({ steps, finally: last }: Pick<Runbook, 'steps' | 'finally'>): ReadonlySet<string> {
  const ids = new Set([...walkEntries(last)].map(({ id }) => id))
  for (const entry of walkEntries(steps)) for (const { id } of inFinally(entry)) ids.add(id)
  return ids
}

function inFinally(entry: Entry): Iterable<Entry> {
  return isBlock(entry) ? walkEntries(entry.finally) : []
}
