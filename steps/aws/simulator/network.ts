import { createHash } from 'node:crypto'

/** One subnet of a simulated network. */
export interface Subnet {
  readonly id: string
  readonly vpcId: string
  /** Such as `us-east-1a`. */
  readonly availabilityZone: string
  /** Such as `10.0.1.0/24`. */
  readonly cidr: string
}

/** What an account has in a Region. */
export interface Network {
  readonly vpcs: readonly { readonly id: string; readonly cidr: string }[]
  readonly subnets: readonly Subnet[]
}

/**
 * The network of an account in a Region, the same each time: a VPC with a subnet in each of three Availability Zones and a second one
 * in the first of them, then a VPC with one subnet.
 */
export function networkOf(accountId: string, region: string): Network {
  const idOf = (kind: string, name: string): string =>
    `${kind}-0${createHash('sha256').update(`${accountId} ${region} ${kind} ${name}`).digest('hex').slice(0, 16)}`
  const [main, other] = [idOf('vpc', 'main'), idOf('vpc', 'other')]
  const subnet = (vpcId: string, zone: string, cidr: string): Subnet => ({
    id: idOf('subnet', cidr),
    vpcId,
    availabilityZone: `${region}${zone}`,
    cidr,
  })
  const first = 2 * networkNumber(region)
  const [ofMain, ofOther] = [`10.${first}`, `10.${first + 1}`]
  return {
    vpcs: [
      { id: main, cidr: `${ofMain}.0.0/16` },
      { id: other, cidr: `${ofOther}.0.0/16` },
    ],
    subnets: [
      subnet(main, 'a', `${ofMain}.1.0/24`),
      subnet(main, 'b', `${ofMain}.2.0/24`),
      subnet(main, 'c', `${ofMain}.3.0/24`),
      subnet(main, 'a', `${ofMain}.4.0/24`),
      subnet(other, 'a', `${ofOther}.1.0/24`),
    ],
  }
}

/** 0 to 127. Networks that one client reaches do not overlap, so each Region has addresses of its own; collisions are rare. */
function networkNumber(region: string): number {
  return region === 'us-east-1' ? 0 : 1 + (createHash('sha256').update(region).digest().readUInt16BE(0) % 127)
}
