import { randomBytes } from 'node:crypto'
import { access, constants, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { syncFolder } from '../journal/durable-file.ts'
import { localDisk } from '../journal/disk.ts'
import { readJournal } from '../journal/read-journal.ts'
import { Journal } from '../journal/journal.ts'
import type { Json } from '../step/json.ts'
import { copyFolder } from './copy-folder.ts'
import { gatherDocuments, putDocuments } from './gather-documents.ts'
import { type LastHandOver, lastHandOver, operatorText, refuseHandedOver } from './hand-over-state.ts'
import { takeLock } from './lock.ts'
import { type HandedOver, keys, type Operator, type RunBegun } from './records.ts'
import { RecordStore } from './record-store.ts'
import { NeedsPerson } from './run-stop.ts'
import { journalPath, runFolder, type StateFolder } from './state-folder.ts'
import { stateId } from './state-id.ts'
import { lastUndo } from './undo-run.ts'

export interface HandingOver {
  readonly state: StateFolder
  readonly runId: string
  /** Id of the state folder that goes on. */
  readonly to: string
  /** The new folder that is carried there. */
  readonly out: string
  readonly by: Operator
}

/** What is carried to where the run goes on. */
export interface HandedOut {
  readonly folder: string
  readonly head: { readonly records: number; readonly hash: string }
  /** True: the journal had been sealed by an earlier command, and the folder was written again. */
  readonly again: boolean
}

/**
 * Seals the journal here, then writes what is carried to the one state folder that goes on. Until the seal is durable the run goes on
 * here; from then on nowhere but there, and the folder can be written again by the same command, whatever became of it.
 *
 * @throws {NeedsPerson} `locked`, `handed-over` (to another), `refused`, `changed`
 */
export async function handOver({ state, runId, to, out, by }: HandingOver): Promise<HandedOut> {
  await using _lock = await takeLock(state, `handing over run ${runId}`)
  const folder = runFolder(state, runId)
  using memory = new RecordStore(journalPath(state, runId))
  await using journal = await Journal.open(journalPath(state, runId), (entry) => memory.keep(entry))
  const records = { recall: (key: string): Json | undefined => memory.get(key) }
  const last = lastHandOver(records)
  const again = last !== undefined && last.accepted === undefined && last.sealed.to === to
  await refuseThere(out)
  if (!again) {
    await refuseHandedOver(state, runId, records)
    refuseOver(runId, records)
    const begun = records.recall(keys.begun) as unknown as RunBegun // the first record, written by `createRun` alone
    const brought = last === undefined ? begun.runbook.path : join(folder, last.sealed.runbook)
    const documents = await gatherDocuments(begun, brought)
    if (last === undefined) await putDocuments(folder, documents)
    const sealed: HandedOver = {
      ...{ to, from: await stateId(state), by, at: new Date().toISOString() },
      runbook: last?.sealed.runbook ?? documents[0]?.to ?? '',
    }
    await journal.append(keys.handedOver(last === undefined ? 0 : last.n + 1), { ...sealed, by: { ...by } })
  }
  await writeFolder(folder, resolve(out))
  return { folder: resolve(out), head: journal.head, again }
}

/** Where a run that was handed over was taken up. */
export interface AcceptedRun {
  readonly runId: string
  readonly begun: RunBegun
  /** True: it had been taken up by an earlier command, and nothing was changed. */
  readonly again: boolean
}

/**
 * Takes up a run that was handed over to this state folder. It appears by a rename, with the record of it in its journal: there is no
 * moment at which half of it could be resumed.
 *
 * @param from the folder that was carried here
 * @throws {NeedsPerson} `locked`, `handed-over`; {JournalError} `damaged`
 */
export async function acceptRun(state: StateFolder, from: string, by: Operator): Promise<AcceptedRun> {
  const { begun, last, head } = await readCarried(from)
  const runId = begun.run
  await using _lock = await takeLock(state, `accepting run ${runId}`)
  const mine = await stateId(state)
  if (last.sealed.to !== mine)
    throw new NeedsPerson(
      'handed-over',
      `run \`${runId}\` was handed over by ${operatorText(last.sealed.by)} to state folder \`${last.sealed.to}\`, and this one is \`${mine}\``,
      { hint: 'take it up there, or have it handed over to this one' },
    )
  const target = runFolder(state, runId)
  const here = await journalHere(state, runId)
  if (here !== undefined && here.records >= head.records) {
    await refuseOther(runId, target, journalPath(state, runId), head)
    if (here.records > head.records) return { runId, begun, again: true }
    throw new NeedsPerson('handed-over', `\`${target}\` is a copy of run \`${runId}\` that nobody took up`, {
      hint: 'remove that folder, then take up the run again',
    })
  }
  // a run that went from here and comes back begins as the one here does
  if (here !== undefined) await refuseOther(runId, target, join(from, 'journal.jsonl'), here)
  await placeRun(state, runId, from, async (journal) => {
    const accepted = { to: mine, by: { ...by }, at: new Date().toISOString() }
    await journal.append(keys.accepted(last.n), accepted)
  })
  return { runId, begun, again: false }
}

/** Ended, taken back or closed: nothing is left that somebody could go on with. */
function refuseOver(runId: string, records: { recall(key: string): Json | undefined }): void {
  const undo = lastUndo(records)
  const goesBack = undo !== undefined && undo.ended === undefined
  const over = records.recall(keys.closed) !== undefined || records.recall(keys.ended) !== undefined
  if (!over || goesBack) return
  throw new NeedsPerson('refused', `run \`${runId}\` came to its end: nobody has to go on with it`, {
    hint: `see how it ended: \`runbook status ${runId}\``,
  })
}

async function refuseThere(out: string): Promise<void> {
  const above = dirname(resolve(out))
  const writable = await access(above, constants.W_OK).then(
    () => true,
    () => false,
  )
  if (!writable)
    throw new NeedsPerson('refused', `nothing can be written into \`${above}\`, and nothing was sealed`, {
      hint: 'name a new folder in one that is there',
    })
  if (!(await exists(out))) return
  throw new NeedsPerson('refused', `\`${out}\` is there already`, { hint: 'name a new folder' })
}

/** Whole, or not there. */
async function writeFolder(from: string, to: string): Promise<void> {
  const fresh = join(dirname(to), `.${basename(to)}.new-${randomBytes(8).toString('hex')}`)
  try {
    await copyFolder(from, fresh)
    await rename(fresh, to)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    throw error
  }
  await syncFolder(dirname(to))
}

interface Head {
  readonly records: number
  readonly hash: string
}

/** @throws {NeedsPerson} `handed-over` when its journal does not end with a hand-over; {JournalError} */
async function readCarried(from: string): Promise<{ begun: RunBegun; last: LastHandOver; head: Head }> {
  const path = join(from, 'journal.jsonl')
  const wanted = { hint: 'name the folder that `runbook handover RUN --to ID --out FOLDER` wrote' }
  if (!(await exists(path))) throw new NeedsPerson('handed-over', `\`${from}\` holds no run`, wanted)
  using memory = new RecordStore(path)
  let end = { records: 0, hash: '', key: '' }
  const { torn } = await readJournal(localDisk, path, (entry) => {
    memory.keep(entry)
    end = { records: entry.seq + 1, hash: entry.hash, key: entry.key }
  })
  const begun = memory.get(keys.begun) as unknown as RunBegun // the first record, written by `createRun` alone
  const last = lastHandOver({ recall: (key) => memory.get(key) })
  if (last === undefined || end.key !== keys.handedOver(last.n) || torn.bytes.length > 0)
    throw new NeedsPerson(
      'handed-over',
      `the journal of run \`${begun.run}\` in \`${from}\` does not end with a hand-over`,
      wanted,
    )
  return { begun, last, head: end }
}

async function journalHere(state: StateFolder, runId: string): Promise<Head | undefined> {
  const path = journalPath(state, runId)
  if (!(await exists(path))) return undefined
  let head: Head | undefined
  await readJournal(localDisk, path, ({ seq, hash }) => {
    head = { records: seq + 1, hash }
  })
  return head
}

/** A journal that does not hold this head tells another course of the run: the hashes chain all that is before. */
async function refuseOther(runId: string, target: string, journal: string, { records, hash }: Head): Promise<void> {
  let same = false
  await readJournal(localDisk, journal, (entry) => {
    if (entry.seq === records - 1) same = entry.hash === hash
  })
  if (same) return
  throw new NeedsPerson('handed-over', `\`${target}\` holds another course of run \`${runId}\``, {
    hint: 'keep both and look at them with `runbook journal show`: one of them was changed by hand',
  })
}

async function placeRun(
  state: StateFolder,
  runId: string,
  from: string,
  accept: (journal: Journal) => Promise<void>,
): Promise<void> {
  const runs = join(state.path, 'runs')
  const target = runFolder(state, runId)
  const mark = randomBytes(8).toString('hex')
  const fresh = join(runs, `.${runId}.new-${mark}`)
  const before = join(runs, `.${runId}.before-${mark}`)
  try {
    await copyFolder(from, fresh)
    await using journal = await Journal.open(join(fresh, 'journal.jsonl'), () => undefined)
    await accept(journal)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    throw error
  }
  // between the two renames the run is in the folder that was carried here: the same command takes it up again
  if (await exists(target)) await rename(target, before)
  await rename(fresh, target)
  await syncFolder(runs)
  await rm(before, { recursive: true, force: true }) // what it held is the beginning of what is there now
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
