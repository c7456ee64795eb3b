import type { SecurityGroup } from '../aws/ec2.ts'

/** Who may reach the members of a group, on which ports. */
export interface IngressRule {
  /** `tcp`, `udp`, `icmp`, a number, or `all`. */
  readonly protocol: string
  /** `2223-2225`, `443`, or `all`. */
  readonly ports: string
  /** Id of a group or prefix list, or a range of addresses. */
  readonly source: string
}

/** A group's rules for what comes in, one for each source. */
export function ingressOf({ IpPermissions = [] }: SecurityGroup): readonly IngressRule[] {
  return IpPermissions.flatMap((permission) => {
    const { IpProtocol = '-1', FromPort, ToPort } = permission
    const protocol = IpProtocol === '-1' ? 'all' : IpProtocol
    const all = FromPort === undefined || ToPort === undefined || FromPort === -1
    const ports = all ? 'all' : FromPort === ToPort ? `${FromPort}` : `${FromPort}-${ToPort}`
    const sources = [
      ...(permission.UserIdGroupPairs ?? []).map(({ GroupId }) => GroupId),
      ...(permission.IpRanges ?? []).map(({ CidrIp }) => CidrIp),
      ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 }) => CidrIpv6),
      ...(permission.PrefixListIds ?? []).map(({ PrefixListId }) => PrefixListId),
    ]
    return sources.map((source) => ({ protocol, ports, source: source ?? 'unknown' }))
  })
}
