import type { Entry, Runbook } from '../document/runbook.ts'
import { isBlock, usesOf } from '../document/walk-entries.ts'

/** An entry as journals and events list it. */
export interface NamedEntry {
  readonly id: string
  readonly number: string
  readonly title: string
  readonly uses: string
  /** Id of the block that holds it. */
  readonly parent?: string
}

/** Every entry of a runbook in document order, a block before what it holds. */
export function listEntries({ steps, finally: last }: Runbook): readonly NamedEntry[] {
  const listed: NamedEntry[] = []
  const list = (entries: readonly Entry[], parent: string | undefined): void => {
    for (const entry of entries) {
      const { id, number, title } = entry
      listed.push({ id, number, title, uses: usesOf(entry), ...(parent === undefined ? {} : { parent }) })
      if (!isBlock(entry)) continue
      list(entry.entries, id)
      list(entry.finally, id)
    }
  }
  list(steps, undefined)
  list(last, undefined)
  return listed
}
