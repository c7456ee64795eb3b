import { boolean, integer, list, string, structure, type ValueOf } from '../../aws/simulator/shapes.ts'

const filters = list(structure({ Name: string(), Value: list(string()) }))
const ports = { IpProtocol: string(), FromPort: integer(), ToPort: integer() }
const permission = structure({
  ...ports,
  Groups: list(structure({ GroupId: string(), UserId: string() })),
  IpRanges: list(structure({ CidrIp: string(), Description: string() })),
  Ipv6Ranges: list(structure({ CidrIpv6: string(), Description: string() })),
  PrefixListIds: list(structure({ PrefixListId: string(), Description: string() })),
})
const ingress = structure({
  DryRun: boolean,
  GroupId: string(),
  IpPermissions: list(permission),
  ...ports,
  CidrIp: string(),
})

/** Looking at a network, and opening and closing a group. @see the published model, ec2-2016-11-15 */
export const operations = {
  DescribeSubnets: structure({ DryRun: boolean, Filter: filters, SubnetId: list(string()) }),
  DescribeSecurityGroups: structure({
    DryRun: boolean,
    Filter: filters,
    GroupId: list(string()),
    GroupName: list(string()),
  }),
  AuthorizeSecurityGroupIngress: ingress,
  RevokeSecurityGroupIngress: ingress,
}

export type Permission = ValueOf<typeof permission>
export type Filters = ValueOf<typeof filters>
export type Requests = { readonly [K in keyof typeof operations]: ValueOf<(typeof operations)[K]> }
