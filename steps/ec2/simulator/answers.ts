import type { JsonObject } from '../../../engine/step/json.ts'
import type { Subnet } from '../../aws/simulator/network.ts'
import type { Caller } from '../../aws/simulator/service.ts'
import type { Group } from './security-groups.ts'
import type { Rule } from './state.ts'

/** A subnet as `DescribeSubnets` shows it. */
export function subnetAnswer({ id, vpcId, availabilityZone, cidr }: Subnet, caller: Caller): JsonObject {
  const { partition, region, accountId } = caller
  return {
    subnetId: id,
    subnetArn: `arn:${partition}:ec2:${region}:${accountId}:subnet/${id}`,
    state: 'available',
    ownerId: accountId,
    vpcId,
    cidrBlock: cidr,
    availableIpAddressCount: 251,
    availabilityZone,
    defaultForAz: false,
    mapPublicIpOnLaunch: false,
  }
}

/** A group as `DescribeSecurityGroups` shows it. */
export function groupAnswer({ id, name, description, vpcId, ingress }: Group, { accountId }: Caller): JsonObject {
  return {
    ownerId: accountId,
    groupName: name,
    groupId: id,
    groupDescription: description,
    vpcId,
    ipPermissions: permissionsOf(ingress, accountId),
    ipPermissionsEgress: permissionsOf(
      [{ protocol: '-1', from: -1, to: -1, kind: 'ipv4', source: '0.0.0.0/0' }],
      accountId,
    ),
  }
}

/** Sources with the same protocol and ports stand together. */
function permissionsOf(rules: readonly Rule[], accountId: string): JsonObject[] {
  const keyOf = ({ protocol, from, to }: Rule): string => `${protocol} ${from} ${to}`
  return [...new Set(rules.map(keyOf))].map((key) => {
    const own = rules.filter((rule) => keyOf(rule) === key)
    const sources = (kind: Rule['kind']): readonly string[] =>
      own.filter((rule) => rule.kind === kind).map(({ source }) => source)
    const { protocol = '-1', from = -1, to = -1 } = own[0] ?? {}
    return {
      ipProtocol: protocol,
      ...(from === -1 ? {} : { fromPort: from, toPort: to }),
      groups: sources('group').map((groupId) => ({ userId: accountId, groupId })),
      ipRanges: sources('ipv4').map((cidrIp) => ({ cidrIp })),
      ipv6Ranges: sources('ipv6').map((cidrIpv6) => ({ cidrIpv6 })),
      prefixListIds: sources('prefix-list').map((prefixListId) => ({ prefixListId })),
    }
  })
}
