import { definePreflightLook, type Finding } from '../../../engine/step/preflight.ts'
import { securityGroup, type SecurityGroup } from '../../aws/ec2.ts'
import { findCluster } from '../clusters.ts'
import { knownClusters } from './known-clusters.ts'

/** The ports on which HSMs are reached, TCP. */
export const hsmPorts = [2223, 2224, 2225]

/** Whether the security group of a cluster still lets its members reach the HSMs. */
export const ports = definePreflightLook({
  name: 'ports',
  summary: 'Looks at the security groups of the clusters that the steps name',
  capability: 'aws',
  async look(target, { steps, signal, now }): Promise<readonly Finding[]> {
    const findings: Finding[] = []
    for (const id of knownClusters(steps)) {
      const groupId = (await findCluster({ target, signal, now }, id))?.SecurityGroup
      if (groupId === undefined) continue // another look says that it is not there
      const closed = closedPorts(await securityGroup({ target, signal }, groupId))
      const what = `security group of ${id}`
      if (closed.length === 0)
        findings.push({ what, verdict: 'good', detail: `\`${groupId}\` lets its members reach ports 2223-2225` })
      else {
        const detail = `\`${groupId}\` does not let its members reach ports ${closed.join(', ')}`
        findings.push({ what, verdict: 'bad', detail, hint: 'bring back the rule that AWS CloudHSM made' })
      }
    }
    return findings
  },
})

function closedPorts({ GroupId, IpPermissions = [] }: SecurityGroup): readonly number[] {
  const own = IpPermissions.filter(({ UserIdGroupPairs = [] }) =>
    UserIdGroupPairs.some((pair) => pair.GroupId === GroupId),
  )
  return hsmPorts.filter(
    (port) =>
      !own.some(
        ({ IpProtocol, FromPort = 0, ToPort = 0 }) =>
          IpProtocol === '-1' || (IpProtocol === 'tcp' && FromPort <= port && port <= ToPort),
      ),
  )
}
