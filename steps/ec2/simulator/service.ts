import type { JsonObject } from '../../../engine/step/json.ts'
import { networkOf } from '../../aws/simulator/network.ts'
import { ec2Dialect, type QueryService } from '../../aws/simulator/query-service.ts'
import { ServiceError, type Caller, type ServiceWorld } from '../../aws/simulator/service.ts'
import { groupAnswer, subnetAnswer } from './answers.ts'
import { groupNamed, groupsOf, rulesOf, sameRule, type Group } from './security-groups.ts'
import { operations, type Filters, type Requests } from './shapes.ts'
import { Ingress } from './state.ts'

/** Simulates what Amazon EC2 shows of a network: subnets and security groups. */
export function ec2Service(): QueryService {
  return {
    name: 'ec2',
    title: 'Amazon EC2',
    signingName: 'ec2',
    dialect: ec2Dialect,
    version: '2016-11-15',
    namespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
    operations,
    notRehearsed: ['routes, network ACLs and security groups on the way: in the sandbox every address is this machine'],
    async open(world) {
      const ingress = new Ingress(world.folder)
      return { call: async (operation, input, caller) => answer(operation, input, caller, { ...world, ingress }) }
    },
  }
}

interface Network extends Pick<ServiceWorld, 'services' | 'ledger'> {
  readonly ingress: Ingress
}

function answer(operation: string, input: JsonObject, caller: Caller, network: Network): JsonObject {
  // The server answers operations of `operations` alone, and with requests that it has found valid.
  if (operation === 'DescribeSubnets') return describeSubnets(input, caller)
  const groups = groupsOf(caller, network.services?.() ?? [], network.ingress)
  if (operation === 'DescribeSecurityGroups') return describeSecurityGroups(input, caller, groups)
  return changeIngress(
    operation as 'AuthorizeSecurityGroupIngress' | 'RevokeSecurityGroupIngress',
    input,
    groups,
    network,
  )
}

function describeSubnets(input: Requests['DescribeSubnets'], caller: Caller): JsonObject {
  const all = networkOf(caller.accountId, caller.region).subnets
  const { SubnetId: ids, Filter: filters = [] } = input
  const missing = ids?.find((id) => all.every((subnet) => subnet.id !== id))
  if (missing !== undefined)
    throw new ServiceError('InvalidSubnetID.NotFound', `The subnet ID '${missing}' does not exist`)
  const found = all.filter(
    (subnet) =>
      ids?.includes(subnet.id) !== false &&
      fits(filters, {
        'subnet-id': subnet.id,
        'vpc-id': subnet.vpcId,
        'availability-zone': subnet.availabilityZone,
        state: 'available',
      }),
  )
  return { subnetSet: found.map((subnet) => subnetAnswer(subnet, caller)) }
}

function describeSecurityGroups(
  input: Requests['DescribeSecurityGroups'],
  caller: Caller,
  groups: readonly Group[],
): JsonObject {
  const { GroupId: ids, GroupName: names, Filter: filters = [] } = input
  ids?.forEach((id) => groupNamed(id, groups))
  const found = groups.filter(
    ({ id, name, vpcId }) =>
      ids?.includes(id) !== false &&
      names?.includes(name) !== false &&
      fits(filters, { 'group-id': id, 'group-name': name, 'vpc-id': vpcId }),
  )
  return { securityGroupInfo: found.map((group) => groupAnswer(group, caller)) }
}

/** @throws {ServiceError} for a filter that the simulator does not know */
function fits(filters: Filters, facts: Readonly<Record<string, string>>): boolean {
  return filters.every(({ Name: name = '', Value: values = [] }) => {
    const fact = facts[name]
    if (fact === undefined) throw new ServiceError('InvalidParameterValue', `The filter '${name}' is invalid`)
    return values.includes(fact)
  })
}

function changeIngress(
  operation: 'AuthorizeSecurityGroupIngress' | 'RevokeSecurityGroupIngress',
  input: Requests['AuthorizeSecurityGroupIngress'],
  groups: readonly Group[],
  { ingress, ledger }: Network,
): JsonObject {
  const group = groupNamed(input.GroupId, groups)
  const { CidrIp, IpPermissions = [{ ...input, IpRanges: CidrIp === undefined ? [] : [{ CidrIp }] }] } = input
  const rules = IpPermissions.flatMap(rulesOf)
  const there = rules.filter((rule) => group.ingress.some((each) => sameRule(each, rule)))
  if (operation === 'AuthorizeSecurityGroupIngress' && there.length > 0)
    throw new ServiceError('InvalidPermission.Duplicate', 'the specified rule already exists')
  if (operation === 'RevokeSecurityGroupIngress' && there.length < rules.length)
    throw new ServiceError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.')
  const left = group.ingress.filter((each) => !rules.some((rule) => sameRule(each, rule)))
  ingress.set(group.id, operation === 'AuthorizeSecurityGroupIngress' ? [...left, ...rules] : left)
  ledger.commit({ service: 'ec2', operation, resource: group.id })
  return { return: true }
}
