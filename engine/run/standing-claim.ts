import type { Json } from '../step/json.ts'
import type { RunHost } from './host.ts'
import { type ApprovalRecorded, type ApprovalRequested, keys } from './records.ts'

/** What a person claimed, and the place of its record. */
export interface StandingClaim<T> {
  readonly key: string
  readonly claim: T
}

/**
 * The claim of a person that stands: the last one recorded, unless people rejected it or it was used.
 *
 * @param keyOf the record of the n-th claim
 * @returns the number of claims recorded as well: where the next one goes
 */
export function standingClaim<T>(
  host: Pick<RunHost, 'recall'>,
  keyOf: (n: number) => string,
  isUsed: (key: string) => boolean = () => false,
): { readonly recorded: number; readonly standing: StandingClaim<T> | undefined } {
  let recorded = 0
  let last: Json | undefined
  for (let next = host.recall(keyOf(0)); next !== undefined; next = host.recall(keyOf(recorded))) {
    recorded += 1
    last = next
  }
  if (last === undefined) return { recorded, standing: undefined }
  const key = keyOf(recorded - 1)
  const claim = last as unknown as T // whoever asks for claims under a key is who records them there
  return { recorded, standing: isRejected(host, key) || isUsed(key) ? undefined : { key, claim } }
}

/**
 * Who let a claim count: the approvers of its last request, once they are as many as it wants.
 *
 * @returns `undefined` when it does not count, or not yet
 */
export function approversOf(host: Pick<RunHost, 'recall'>, gate: string): readonly string[] | undefined {
  const last = lastApproval(host, gate)
  const requested = host.recall(keys.requested(last)) as Pick<ApprovalRequested, 'count'> | undefined // written by `approve` alone
  if (requested === undefined || host.recall(keys.rejected(last)) !== undefined) return undefined
  const approvers: string[] = []
  for (let m = 0; ; m += 1) {
    const given = host.recall(keys.given(last, m)) as Pick<ApprovalRecorded, 'by'> | undefined // written by `approve` alone
    if (given === undefined) return approvers.length < requested.count ? undefined : approvers
    approvers.push(given.by)
  }
}

function isRejected(host: Pick<RunHost, 'recall'>, gate: string): boolean {
  return host.recall(keys.rejected(lastApproval(host, gate))) !== undefined
}

/** What the records of the last request begin with. */
function lastApproval(host: Pick<RunHost, 'recall'>, gate: string): string {
  let n = 0
  while (host.recall(keys.requested(keys.approval(gate, n + 1))) !== undefined) n += 1
  return keys.approval(gate, n)
}
