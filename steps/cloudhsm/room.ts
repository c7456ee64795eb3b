import type { Asking } from './client.ts'
import { listClusters, stateOf } from './clusters.ts'
import { hsmsOf } from './hsms.ts'

/** What an account may have in a Region. The API does not tell. */
export interface Quotas {
  readonly clusterLimit?: number
  readonly hsmLimit?: number
}

/** How many clusters and HSMs the account could create in the Region. @param quotas absent: the standard ones, 4 and 6 */
export async function roomFor(
  asking: Asking,
  { clusterLimit = 4, hsmLimit = 6 }: Quotas,
): Promise<{ readonly clustersFree: number; readonly hsmsFree: number }> {
  const there = (await listClusters(asking)).filter((each) => stateOf(each) !== 'DELETED')
  return {
    clustersFree: Math.max(0, clusterLimit - there.length),
    hsmsFree: Math.max(0, hsmLimit - there.flatMap(hsmsOf).length),
  }
}
