import type { Leaf, Step } from '../document/runbook.ts'
import type { RunHost } from './host.ts'
import { keys, type StepStarted, type StepSucceeded } from './records.ts'
import { isUntouched } from './standing.ts'
import { usedBy } from './used-by.ts'

/** What of one entry there is to take back. */
export type UndoVerdict =
  /** It has no lasting effect, or none of this run, or was taken back. */
  | { readonly how: 'nothing' }
  /** A person did it, or says that it was done: it is not this program's to take back, and what was before it can be. */
  | { readonly how: 'stays'; readonly why: string }
  | { readonly how: 'undo'; readonly step: Step; readonly destructive: boolean; readonly doubtful: boolean }
  /** Nothing goes back behind it. `doubtful`: unless a look shows that it was never done. */
  | { readonly how: 'stop'; readonly step: Leaf; readonly why: string; readonly doubtful: boolean }

/**
 * What the journal and the step type say of taking one entry back. Looks at nothing.
 *
 * @param leaves all of the run
 */
export function undoVerdict(host: Pick<RunHost, 'recall'>, leaf: Leaf, leaves: readonly Leaf[]): UndoVerdict {
  const { address } = leaf
  const succeeded = host.recall(keys.succeeded(address)) as StepSucceeded | undefined // written by `runEntry` alone
  if (leaf.kind === 'manual') return verdictOnManual(host, leaf, succeeded)
  if (leaf.kind !== 'step' || host.recall(keys.undone(address)) !== undefined) return { how: 'nothing' }
  const doubtful = succeeded === undefined
  const noReturn = { how: 'stop', step: leaf, why: 'it was a point of no return', doubtful } as const
  const isConfirmed = host.recall(keys.confirmed(address)) !== undefined
  // whatever its effect is: what it stands for is that nothing goes back behind it
  if (isConfirmed && !doubtful) return noReturn
  if (leaf.type.effect === 'read' || leaf.wait !== undefined) return { how: 'nothing' }
  const started = host.recall(keys.started(address)) as StepStarted | undefined // written by `changeWorld` alone
  if (started === undefined || succeeded?.how === 'found') return { how: 'nothing' }
  if (doubtful && isUntouched(host, address)) return { how: 'nothing' }
  if (isConfirmed) return noReturn
  const { undo } = leaf.type
  if (undo === 'nothing') return { how: 'nothing' }
  if (undo === 'impossible') return { how: 'stop', step: leaf, why: 'it cannot be taken back', doubtful }
  if (succeeded?.how === 'claimed')
    return { how: 'stays', why: 'a person settled it: only what this run itself saw is taken back' }
  const user = undo.destructive && !doubtful ? usedBy(host, leaf, leaves) : undefined
  if (user !== undefined) return { how: 'stop', step: leaf, why: `it would destroy what \`${user}\` used`, doubtful }
  return { how: 'undo', step: leaf, destructive: undo.destructive, doubtful }
}

function verdictOnManual(host: Pick<RunHost, 'recall'>, leaf: Leaf, succeeded: StepSucceeded | undefined): UndoVerdict {
  if (host.recall(keys.confirmed(leaf.address)) !== undefined)
    return { how: 'stop', step: leaf, why: 'it was a point of no return', doubtful: false }
  return succeeded === undefined ? { how: 'nothing' } : { how: 'stays', why: 'a person did it' }
}
