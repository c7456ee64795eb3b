import { definePreflightLook, type Finding, type PreflightStep } from '../../../engine/step/preflight.ts'
import { subnets as readSubnets, type Subnet } from '../../aws/ec2.ts'

/** Whether a cluster can be created in the subnets that a step names: none can be added later. */
export const subnets = definePreflightLook({
  name: 'subnets',
  summary: 'Looks at the subnets that clusters are created in',
  capability: 'aws',
  async look(target, { steps, signal }): Promise<readonly Finding[]> {
    const findings: Finding[] = []
    for (const { id, ids } of steps.flatMap(namesSubnets)) {
      const found = await readSubnets({ target, signal }, ids)
      findings.push({ what: `subnets of \`${id}\``, ...judged(ids, found) })
    }
    return findings
  },
})

function namesSubnets({ id, inputs: { subnetIds } }: PreflightStep) {
  if (!Array.isArray(subnetIds)) return []
  const ids = subnetIds.filter((each) => typeof each === 'string')
  return ids.length === 0 ? [] : [{ id, ids }]
}

function judged(ids: readonly string[], found: readonly Subnet[]): Omit<Finding, 'what'> {
  const missing = ids.filter((id) => found.every(({ SubnetId }) => SubnetId !== id))
  if (missing.length > 0)
    return { verdict: 'bad', detail: `there is no ${missing.map((id) => `\`${id}\``).join(', ')}` }
  const zones = found.map(({ AvailabilityZone = '' }) => AvailabilityZone).toSorted()
  const vpcs = [...new Set(found.map(({ VpcId = '' }) => VpcId))]
  const where = `${zones.join(', ')} of ${vpcs.join(', ')}`
  const full = found.filter(({ AvailableIpAddressCount = 1 }) => AvailableIpAddressCount < 1)
  if (vpcs.length > 1) return { verdict: 'bad', detail: `they are in ${vpcs.length} VPCs: ${where}` }
  if (new Set(zones).size < zones.length)
    return { verdict: 'bad', detail: `two are in one Availability Zone: ${where}`, hint: 'name one for each zone' }
  if (full.length > 0)
    return {
      verdict: 'bad',
      detail: `no address is free in ${full.map(({ SubnetId }) => `\`${SubnetId}\``).join(', ')}`,
    }
  if (zones.length < 2)
    return { verdict: 'bad', detail: `one Availability Zone alone: ${where}`, hint: 'name a subnet in every zone' }
  return { verdict: 'good', detail: where }
}
