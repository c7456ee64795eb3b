import { localDisk } from '../journal/disk.ts'
import { readJournal } from '../journal/read-journal.ts'
import type { Json } from '../step/json.ts'
import type { OverrideRecorded, ResolutionRecorded } from './records.ts'

/** What a person settled, or let happen outside of the rules, and people approved. */
export interface ExceptionMade {
  readonly address: string
  /**
   * `done`, `not-done`: of a step in doubt. `gone`, `stays`: of an effect that could not be taken back. `window`: outside of the
   * maintenance window.
   */
  readonly what: 'done' | 'not-done' | 'gone' | 'stays' | 'window'
  readonly by: string
  readonly reason: string
  readonly approvedBy: readonly string[]
}

const claimKey = /^step\/([^/]+)\/(undo\/)?(resolution|override)\/\d+$/
const givenKey = /^(.+)\/approval\/\d+\/given\/\d+$/

/** Every exception of a run, in the order in which they were claimed. @throws {JournalError} */
export async function readExceptions(journal: string): Promise<readonly ExceptionMade[]> {
  const claims = new Map<string, Json>()
  const approvers = new Map<string, string[]>()
  await readJournal(localDisk, journal, (entry) => {
    if (claimKey.test(entry.key)) claims.set(entry.key, entry.value)
    const [, gate] = givenKey.exec(entry.key) ?? []
    if (gate === undefined || !claimKey.test(gate)) return
    const { by } = entry.value as { readonly by: string } // written by `approve` alone
    approvers.set(gate, [...(approvers.get(gate) ?? []), by])
  })
  return [...claims].flatMap(([key, claim]) => {
    const approvedBy = approvers.get(key)
    return approvedBy === undefined ? [] : [exceptionMade(key, claim, approvedBy)]
  })
}

function exceptionMade(key: string, claim: Json, approvedBy: readonly string[]): ExceptionMade {
  const [, address = '', undo, kind] = claimKey.exec(key) ?? []
  if (kind === 'override') {
    const { by, reason } = claim as unknown as OverrideRecorded // written by `passWindow` alone
    return { address, what: 'window', by, reason, approvedBy }
  }
  const { claim: said, by, reason } = claim as unknown as ResolutionRecorded // written by the kernel alone
  const ofUndo = said === 'done' ? 'stays' : 'gone'
  return { address, what: undo === undefined ? said : ofUndo, by, reason, approvedBy }
}
