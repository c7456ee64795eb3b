import type { PlacedEntry } from '../journal/entry.ts'
import type { ApprovalRecorded, ApprovalRequested, RejectionRecorded } from './records.ts'

/** An approval that was asked for: the last one, which is the one that stands. */
export interface Gate {
  readonly role: string
  readonly needed: number
  by: readonly string[]
  rejected?: { readonly by: string; readonly reason: string }
}

/** An approval that is not complete. */
export interface PendingApproval {
  readonly kind: 'approval'
  /** What it is for: the step itself, a person's claim about it, doing it outside of its window, or destroying what it made. */
  readonly of: 'step' | 'resolution' | 'override' | 'undo'
  readonly role: string
  readonly needed: number
  readonly given: readonly string[]
  readonly rejected: { readonly by: string; readonly reason: string } | undefined
}

const approvalKey =
  /^((?:undo\/)?(?:resolution|override)\/\d+|undo)?\/?approval\/(\d+)\/(requested|given|rejected)(?:\/\d+)?$/

/** @param rest a key behind `step/ADDRESS/` */
export function isOfGate(rest: string): boolean {
  return approvalKey.test(rest)
}

/** @param rest a key for which {@link isOfGate} holds */
export function foldGate(gates: Map<string, Gate>, rest: string, entry: PlacedEntry): void {
  const [, of = '', , what] = approvalKey.exec(rest) ?? []
  // each value was written by the kernel alone, under its key
  if (what === 'requested') {
    const { role, count } = entry.value as unknown as ApprovalRequested
    gates.set(of, { role, needed: count, by: [] })
    return
  }
  const gate = gates.get(of)
  if (gate === undefined || what === undefined) return
  if (what === 'rejected') {
    const { by, reason } = entry.value as unknown as RejectionRecorded
    gate.rejected = { by, reason }
    return
  }
  // one record a person; in journals of the first release one for all of them
  const { by } = entry.value as unknown as { readonly by: ApprovalRecorded['by'] | readonly string[] }
  gate.by = typeof by === 'string' ? [...gate.by, by] : by
}

function kindOf(subject: string): PendingApproval['of'] {
  if (subject.includes('resolution')) return 'resolution'
  if (subject.includes('override')) return 'override'
  return subject === 'undo' ? 'undo' : 'step'
}

export function pendingOf(gates: ReadonlyMap<string, Gate>): PendingApproval | undefined {
  for (const [of, { role, needed, by, rejected }] of gates) {
    if (by.length >= needed && rejected === undefined) continue
    return { kind: 'approval', of: kindOf(of), role, needed, given: by, rejected }
  }
  return undefined
}
