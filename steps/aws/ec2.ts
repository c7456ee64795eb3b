import type { SecurityGroup, Subnet } from '@aws-sdk/client-ec2'
import { StepError } from '../../engine/step/errors.ts'
import { askOnce, type Asking, type AwsService } from './ask.ts'

export type { SecurityGroup, Subnet } from '@aws-sdk/client-ec2'

const service = {
  name: 'Amazon EC2',
  prefix: 'ec2',
  classes: {
    AuthFailure: 'authentication',
    'InvalidGroup.NotFound': 'not-found',
    'InvalidGroupId.Malformed': 'invalid',
    'InvalidSubnetID.NotFound': 'not-found',
    'InvalidSubnetId.Malformed': 'invalid',
  },
  async open(config) {
    const { EC2Client, DescribeSecurityGroupsCommand, DescribeSubnetsCommand } = await import('./ec2-client.ts')
    const client = new EC2Client(config)
    return { client, DescribeSecurityGroupsCommand, DescribeSubnetsCommand, destroy: () => client.destroy() }
  },
} satisfies AwsService<{ destroy(): void }>

/** A security group. @throws {StepError} `not-found` when there is none */
export async function securityGroup(asking: Asking, id: string): Promise<SecurityGroup> {
  const { SecurityGroups = [] } = await askOnce(
    service,
    asking,
    'DescribeSecurityGroups',
    ({ client, DescribeSecurityGroupsCommand }, options) =>
      client.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }), options),
  )
  const found = SecurityGroups.find(({ GroupId }) => GroupId === id)
  if (found === undefined) throw new StepError('not-found', `there is no security group \`${id}\``)
  return found
}

/** Those of the subnets that there are. */
export async function subnets(asking: Asking, ids: readonly string[]): Promise<readonly Subnet[]> {
  // asked for by ids, one that is missing would be the whole answer
  const { Subnets = [] } = await askOnce(
    service,
    asking,
    'DescribeSubnets',
    ({ client, DescribeSubnetsCommand }, options) =>
      client.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: [...ids] }] }), options),
  )
  return Subnets
}
