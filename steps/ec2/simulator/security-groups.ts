import { createHash } from 'node:crypto'
import { networkOf } from '../../aws/simulator/network.ts'
import { ServiceError, type Caller, type RunningService } from '../../aws/simulator/service.ts'
import type { Permission } from './shapes.ts'
import type { Ingress, Rule } from './state.ts'

/** A security group of an account in a Region. */
export interface Group {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly vpcId: string
  readonly ingress: readonly Rule[]
}

/** The default group of each VPC, and those that other services made. */
export function groupsOf(caller: Caller, services: readonly RunningService[], changed: Ingress): readonly Group[] {
  const { vpcs } = networkOf(caller.accountId, caller.region)
  const defaults = vpcs.map(({ id: vpcId }) => {
    const id = `sg-0${createHash('sha256').update(vpcId).digest('hex').slice(0, 16)}`
    const ingress: Rule = { protocol: '-1', from: -1, to: -1, kind: 'group', source: id }
    return { id, name: 'default', description: 'default VPC security group', vpcId, ingress: [ingress] }
  })
  const made = services
    .flatMap((service) => service.securityGroups?.(caller) ?? [])
    .map(({ ports: { from, to }, ...group }) => {
      const ingress: Rule = { protocol: 'tcp', from, to, kind: 'group', source: group.id }
      return { ...group, ingress: [ingress] }
    })
  return [...defaults, ...made].map((group) => ({ ...group, ingress: changed.of(group.id) ?? group.ingress }))
}

/** @throws {ServiceError} when there is none */
export function groupNamed(id: string | undefined, groups: readonly Group[]): Group {
  const found = groups.find((group) => group.id === id)
  if (found === undefined)
    throw new ServiceError('InvalidGroup.NotFound', `The security group '${id ?? ''}' does not exist`)
  return found
}

/** A permission as rules, one for each source. */
export function rulesOf(permission: Permission): readonly Rule[] {
  const { IpProtocol: protocol = '-1', FromPort: from = -1, ToPort: to = -1 } = permission
  const of = (kind: Rule['kind'], source: string | undefined): readonly Rule[] =>
    source === undefined ? [] : [{ protocol, from, to, kind, source }]
  return [
    ...(permission.Groups ?? []).flatMap(({ GroupId }) => of('group', GroupId)),
    ...(permission.IpRanges ?? []).flatMap(({ CidrIp }) => of('ipv4', CidrIp)),
    ...(permission.Ipv6Ranges ?? []).flatMap(({ CidrIpv6 }) => of('ipv6', CidrIpv6)),
    ...(permission.PrefixListIds ?? []).flatMap(({ PrefixListId }) => of('prefix-list', PrefixListId)),
  ]
}

export function sameRule(one: Rule, other: Rule): boolean {
  return (
    one.protocol === other.protocol &&
    one.from === other.from &&
    one.to === other.to &&
    one.kind === other.kind &&
    one.source === other.source
  )
}
