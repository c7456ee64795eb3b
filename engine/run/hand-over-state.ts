import { localDisk } from '../journal/disk.ts'
import { readJournal } from '../journal/read-journal.ts'
import type { Json } from '../step/json.ts'
import type { RunHost } from './host.ts'
import { type Accepted, type HandedOver, keys, type Operator } from './records.ts'
import { NeedsPerson } from './run-stop.ts'
import { journalPath, type StateFolder } from './state-folder.ts'
import { readStateId } from './state-id.ts'

/** The last time that a run was handed over. */
export interface LastHandOver {
  readonly n: number
  readonly sealed: HandedOver
  /** `undefined`: nobody has taken it over yet, as far as this journal tells. */
  readonly accepted: Accepted | undefined
}

export function lastHandOver(host: Pick<RunHost, 'recall'>): LastHandOver | undefined {
  let last: LastHandOver | undefined
  for (let n = 0; ; n += 1) {
    const sealed = host.recall(keys.handedOver(n)) as unknown as HandedOver | undefined // written by `handOver` alone
    if (sealed === undefined) return last
    last = { n, sealed, accepted: host.recall(keys.accepted(n)) as unknown as Accepted | undefined } // by `acceptRun` alone
  }
}

/**
 * Refuses to touch a run that goes on in another state folder: one that was handed over from here, and one that somebody copied.
 *
 * @throws {NeedsPerson} `handed-over`
 */
export async function refuseHandedOver(
  state: StateFolder,
  runId: string,
  host: Pick<RunHost, 'recall'>,
): Promise<void> {
  const last = lastHandOver(host)
  if (last === undefined) return
  const { sealed, accepted } = last
  if (accepted !== undefined && accepted.to === (await readStateId(state))) return
  const taken = accepted === undefined ? '' : `, where ${operatorText(accepted.by)} took it over, ${accepted.at}`
  throw new NeedsPerson(
    'handed-over',
    `run \`${runId}\` was handed over by ${operatorText(sealed.by)}, ${sealed.at}, to state folder \`${sealed.to}\`${taken}`,
    { hint: 'go on there; should it get lost on its way, the same `runbook handover` writes it again' },
  )
}

/**
 * The same, of a run that is only looked at.
 *
 * @returns how it came here; `undefined`: it began here
 * @throws {NeedsPerson} `handed-over`; {JournalError}
 */
export async function refuseHandedOverRun(state: StateFolder, runId: string): Promise<LastHandOver | undefined> {
  const values = new Map<string, Json>()
  await readJournal(localDisk, journalPath(state, runId), (entry) => {
    if (/^run\/(handed-over|accepted)/.test(entry.key)) values.set(entry.key, entry.value)
  })
  const host = { recall: (key: string) => values.get(key) }
  await refuseHandedOver(state, runId, host)
  return lastHandOver(host)
}

export function operatorText({ principal, user, host }: Operator): string {
  return `${principal}${principal === user ? '' : ` (${user})`} on ${host}`
}
