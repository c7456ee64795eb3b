import { definePreflightLook, type Finding } from '../../../engine/step/preflight.ts'
import type { Cluster } from '../client.ts'
import { findCluster, stateOf } from '../clusters.ts'
import { hsmsOf, nameOf } from '../hsms.ts'
import { knownClusters } from './known-clusters.ts'

/** Whether the clusters that steps work on are there and well. */
export const clusters = definePreflightLook({
  name: 'clusters',
  summary: 'Looks at the clusters that the steps name',
  capability: 'aws',
  async look(target, { steps, signal, now }): Promise<readonly Finding[]> {
    const findings: Finding[] = []
    for (const id of knownClusters(steps)) {
      const found = await findCluster({ target, signal, now }, id)
      findings.push({ what: `cluster ${id}`, ...judged(found, target.region) })
    }
    return findings
  },
})

function judged(cluster: Cluster | undefined, region: string): Omit<Finding, 'what'> {
  if (cluster === undefined)
    return { verdict: 'bad', detail: `is not in \`${region}\``, hint: 'check its id, and the Region of the binding' }
  const state = stateOf(cluster)
  const hsms = hsmsOf(cluster)
  const detail = `${state}, ${hsms.length === 0 ? 'offline: no HSM' : `HSMs ${hsms.map(nameOf).join(', ')}`}`
  const ill = hsms.filter((hsm) => hsm.state === 'DEGRADED')
  if (state === 'DEGRADED' || ill.length > 0)
    return { verdict: 'bad', detail: `${detail}; DEGRADED: ${ill.map(nameOf).join(', ') || 'the cluster'}` }
  return { verdict: state.endsWith('_IN_PROGRESS') ? 'unknown' : 'good', detail }
}
