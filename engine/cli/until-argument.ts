import { suggest } from '../diagnostics/suggest.ts'
import type { Entry, Runbook } from '../document/runbook.ts'
import { entriesOfRunbook } from '../document/walk-entries.ts'
import type { Arguments } from './parse-arguments.ts'
import { UsageError } from './usage-error.ts'

/** @throws {UsageError} when `--until` names nothing behind which a run can pause as a whole */
export function refuseUntil(args: Arguments, runbook: Runbook): void {
  const until = args.value('until')
  if (until === undefined) return
  const places = pausable(runbook.steps)
  if (places.includes(until)) return
  const known = [...entriesOfRunbook(runbook)].some(({ id }) => id === until)
  throw known
    ? new UsageError(
        `a run cannot pause behind \`${until}\`, which other work is done beside or which comes at the end`,
        `name an entry outside of \`parallel\`, \`forEach\` and \`finally\`: ${places.map((id) => `\`${id}\``).join(', ')}`,
      )
    : new UsageError(`runbook \`${runbook.name}\` has no entry \`${until}\``, suggest(until, places).hint)
}

/** Ids of entries that nothing else is done beside. */
function pausable(entries: readonly Entry[]): readonly string[] {
  return entries.flatMap((entry) => [entry.id, ...(entry.kind === 'group' ? pausable(entry.entries) : [])])
}
