import type { OverrideClaim, ResolutionClaim } from '../../approval/claims.ts'
import { overridesIn, resolutionsIn } from '../../approval/claims-in.ts'
import type { Manual, Step } from '../../document/runbook.ts'
import { localDisk } from '../../journal/disk.ts'
import { readJournal } from '../../journal/read-journal.ts'
import { stepText } from '../../render/outcome-text.ts'
import type { RunHost } from '../../run/host.ts'
import { keys } from '../../run/records.ts'
import { NeedsPerson } from '../../run/run-stop.ts'
import { doubtNumber, standingResolutionOf } from '../../run/settle-by-person.ts'
import { approversOf, standingClaim } from '../../run/standing-claim.ts'
import { isUntouched } from '../../run/standing.ts'
import { journalPath, type StateFolder } from '../../run/state-folder.ts'
import { lastUndo } from '../../run/undo-run.ts'
import type { Json } from '../../step/json.ts'

/** What a claim is about: doing a step, or taking it back; and which of its doubts or overrides it is. */
export interface ClaimPlace {
  readonly of: 'step' | 'undo'
  readonly n: number
}

/**
 * Where a claim about a step would count, as the journal tells, which is read without its lock.
 *
 * @throws {NeedsPerson} `in-doubt` when nothing about it is in doubt, or somebody said it already
 */
export async function claimPlace(
  state: StateFolder,
  run: string,
  step: Step | Manual,
  kind: 'resolution' | 'override',
): Promise<ClaimPlace> {
  const { address } = step
  const records = await recordsOf(journalPath(state, run), address)
  const undo = lastUndo(records)
  const goingBack = undo !== undefined && undo.ended === undefined
  const has = (key: string): boolean => records.recall(key) !== undefined
  const name = stepText({ number: step.number, id: address })
  if (has(keys.ended) && !goingBack) throw nothingToSay(name, 'the run came to its end')
  if (has(keys.undone(address))) throw nothingToSay(name, 'it was taken back')
  if (kind === 'override') {
    if (has(keys.succeeded(address)) && !goingBack) throw nothingToSay(name, 'it is done')
    const of = goingBack ? 'undo' : 'step'
    const place = goingBack ? `${address}/undo` : address
    const { recorded, standing } = standingClaim(records, (n) => keys.override(place, n))
    // one that was approved may be of another interval than the one that stands in the way now
    if (standing !== undefined && approversOf(records, standing.key) === undefined) throw saidAlready(name)
    return { of, n: recorded }
  }
  if (!has(keys.started(address)))
    throw nothingToSay(name, step.kind === 'manual' ? 'a person does it' : 'it was not begun')
  const failedToUndo = has(keys.failed(`${address}/undo`, 0)) || has(keys.undoStarted(address))
  if (goingBack && failedToUndo) {
    const { recorded, standing } = standingClaim(records, (n) => keys.undoResolution(address, n))
    if (standing !== undefined) throw saidAlready(name)
    return { of: 'undo', n: recorded }
  }
  if (has(keys.succeeded(address))) throw nothingToSay(name, 'it is done')
  if (has(keys.gaveUp(address))) throw nothingToSay(name, 'it failed for good, and the run went past it')
  if (isUntouched(records, address)) throw nothingToSay(name, 'it surely did nothing yet')
  if (standingResolutionOf(records, address).standing !== undefined) throw saidAlready(name)
  return { of: 'step', n: doubtNumber(records, address) }
}

/** @throws {NeedsPerson} `in-doubt` when something about the same waits in the inbox */
export async function refuseSaid(runFolder: string, claim: ResolutionClaim | OverrideClaim): Promise<void> {
  const inbox = claim.claims === 'override' ? await overridesIn(runFolder) : await resolutionsIn(runFolder)
  for (const { claim: other, path } of inbox) {
    if (other.address !== claim.address || other.of !== claim.of || other.n !== claim.n) continue
    if (JSON.stringify(other) === JSON.stringify(claim)) continue // the same, said again
    throw new NeedsPerson(
      'in-doubt',
      `${other.by} said something about \`${claim.address}\` already: ${other.reason}`,
      {
        hint: `go on with the run, which takes it up; who has to approve it can reject it, and then it can be said anew: \`${path}\``,
      },
    )
  }
}

async function recordsOf(journal: string, address: string): Promise<Pick<RunHost, 'recall'>> {
  const records = new Map<string, Json>()
  await readJournal(localDisk, journal, (entry) => {
    const { key } = entry
    if (key.startsWith(`step/${address}/`) || key.startsWith('undo/') || key === keys.ended)
      records.set(key, entry.value)
  })
  return { recall: (key) => records.get(key) }
}

function nothingToSay(name: string, why: string): NeedsPerson {
  return new NeedsPerson('in-doubt', `nothing is in doubt about ${name}: ${why}`, {
    hint: '`runbook status` shows which steps were begun and have no end',
  })
}

function saidAlready(name: string): NeedsPerson {
  return new NeedsPerson('in-doubt', `it was said already what became of ${name}, and people have to approve it`, {
    hint: 'who does not agree rejects it; then it can be said anew',
  })
}
