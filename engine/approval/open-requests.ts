import { localDisk } from '../journal/disk.ts'
import type { Entry } from '../journal/entry.ts'
import { readJournal } from '../journal/read-journal.ts'
import type { Json, JsonObject } from '../step/json.ts'

/** A request that still waits for answers. */
export interface OpenRequest {
  readonly run: string
  /** Address of the step: what `approve RUN STEP` names. */
  readonly address: string
  /** What stands before `/approval/N/` in the journal: `step/ADDR`, `step/ADDR/resolution/0`. */
  readonly subject: string
  /** How often it was asked before. */
  readonly n: number
  readonly role: string
  readonly count: number
  readonly expiresMs: number
  /** What is approved, word for word. */
  readonly text: string
  /** SHA-256 of `text` in UTF-8, hex. */
  readonly digest: string
  /** When it was asked, RFC 3339. */
  readonly requestedAt: string
  /** Who approved already. */
  readonly given: readonly string[]
}

/** Where a rule says nothing: seven days. */
const standardExpiryMs = 7 * 86_400_000

/** Collects what is open, record by record. */
export interface OpenRequestsFold {
  visit(entry: Pick<Entry, 'key' | 'value' | 'at'>): void
  /** In the order in which they were asked. */
  list(): readonly OpenRequest[]
  /** The run's first record. */
  readonly begun: JsonObject | undefined
}

interface Asked {
  readonly n: number
  readonly at: string
  readonly value: JsonObject
  readonly given: Set<string>
  over: boolean
}

/** The requests of a run that are neither rejected nor answered by enough people, of each subject the last. */
export function openRequestsFold(): OpenRequestsFold {
  const last = new Map<string, Asked>()
  let begun: JsonObject | undefined
  let over = false
  return {
    visit(entry) {
      const { key } = entry // the value of most records is never parsed
      if (key === 'run/begun') begun = objectOf(entry.value)
      if (closing.test(key)) over = true
      if (opening.test(key)) over = false
      const [, subject, number, what] = /^(.+)\/approval\/(\d+)\/(requested|rejected|given)(?:\/\d+)?$/.exec(key) ?? []
      if (subject === undefined) return
      const n = Number(number)
      if (what === 'requested') {
        last.delete(subject) // asked again: it goes to the end
        last.set(subject, { n, at: entry.at, value: objectOf(entry.value), given: new Set(), over: false })
        return
      }
      const asked = last.get(subject)
      if (asked === undefined || asked.n !== n) return
      if (what === 'rejected') asked.over = true
      else for (const name of namesOf(objectOf(entry.value))) asked.given.add(name)
    },
    list() {
      if (over) return []
      return [...last].flatMap(([subject, asked]) => {
        const request = openRequest(textOf(begun?.['run']), subject, asked)
        return asked.over || asked.given.size >= request.count ? [] : [request]
      })
    },
    get begun() {
      return begun
    },
  }
}

/** What is open in the run of a journal, which is read without its lock. @throws {JournalError} */
export async function readOpenRequests(
  journal: string,
): Promise<{ readonly begun: JsonObject; readonly requests: readonly OpenRequest[] }> {
  const fold = openRequestsFold()
  await readJournal(localDisk, journal, (entry) => fold.visit(entry))
  return { begun: fold.begun ?? {}, requests: fold.list() }
}

/** The address in a key such as `step/signRoot/approval/0`. Addresses hold no slash. */
function addressOf(key: string): string {
  return key.split('/')[1] ?? key
}

/** Records after which a run goes on that was over here. */
const opening = /^(run\/accepted(\/\d+)?|undo\/(\d+\/)?begun)$/

/** Records after which nobody here waits any more. */
const closing = /^run\/(ended|closed|handed-over(\/\d+)?)$/

function openRequest(run: string, subject: string, { n, at, value, given }: Asked): OpenRequest {
  const { role, count, expiresMs, text, digest } = value
  return {
    run,
    address: addressOf(subject),
    subject,
    n,
    role: textOf(role),
    count: typeof count === 'number' ? count : 1,
    expiresMs: typeof expiresMs === 'number' ? expiresMs : standardExpiryMs,
    text: textOf(text),
    digest: textOf(digest),
    requestedAt: at,
    given: [...given],
  }
}

/** One name; in the first release all of them in one record. */
function namesOf({ by }: JsonObject): readonly string[] {
  const names: readonly Json[] = Array.isArray(by) ? by : by === undefined ? [] : [by]
  return names.filter((name) => typeof name === 'string')
}

/** Empty where an older record has none. */
function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function objectOf(value: Json): JsonObject {
  // records of a run are objects; anything else has no members
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}
