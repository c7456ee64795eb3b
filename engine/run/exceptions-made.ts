import { localDisk } from '../journal/disk.ts'
import { readJournal } from '../journal/read-journal.ts'
import type { Json } from '../step/json.ts'
import type { OverrideRecorded, ResolutionRecorded } from './records.ts'
import { approversOf } from './standing-claim.ts'

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
const approvalKey = /^(.+)\/approval\/\d+\/(?:requested|given\/\d+|rejected)$/

/** Every exception of a run, in the order in which they were claimed. @throws {JournalError} */
export async function readExceptions(journal: string): Promise<readonly ExceptionMade[]> {
  const claims: string[] = []
  const records = new Map<string, Json>()
  await readJournal(localDisk, journal, ({ key, value }) => {
    if (claimKey.test(key)) claims.push(key)
    const [, gate] = approvalKey.exec(key) ?? []
    if (claimKey.test(gate ?? key)) records.set(key, value)
  })
  return claims.flatMap((key) => {
    const approvedBy = approversOf({ recall: (each) => records.get(each) }, key)
    return approvedBy === undefined ? [] : [exceptionMade(key, records.get(key) ?? null, approvedBy)]
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
