import type { EC2Client as Client, SecurityGroup, Subnet } from '@aws-sdk/client-ec2'
import type { Aws } from '../../engine/step/capabilities.ts'
import { StepError, type ErrorCode } from '../../engine/step/errors.ts'
import { clientConfig } from './client-config.ts'
import { stepErrorFrom } from './sdk-error.ts'

export type { SecurityGroup, Subnet } from '@aws-sdk/client-ec2'

/** Error classes of EC2, by the code they mean. */
const classes: Readonly<Record<string, ErrorCode>> = {
  AuthFailure: 'authentication',
  'InvalidGroup.NotFound': 'not-found',
  'InvalidGroupId.Malformed': 'invalid',
  'InvalidSubnetID.NotFound': 'not-found',
  'InvalidSubnetId.Malformed': 'invalid',
}

/** What a request is made for and until when. */
export interface Asking {
  readonly target: Aws
  readonly signal: AbortSignal
}

/** A security group. @throws {StepError} `not-found` when there is none */
export async function securityGroup(asking: Asking, id: string): Promise<SecurityGroup> {
  const { SecurityGroups = [] } = await ask(
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
  const { Subnets = [] } = await ask(asking, 'DescribeSubnets', ({ client, DescribeSubnetsCommand }, options) =>
    client.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: [...ids] }] }), options),
  )
  return Subnets
}

type Commands = Omit<typeof import('./ec2-client.ts'), 'EC2Client'>
interface Sdk extends Commands {
  readonly client: Client
}

/** Sends one request to EC2, once. */
async function ask<R>(
  { target, signal }: Asking,
  operation: string,
  send: (sdk: Sdk, options: { abortSignal: AbortSignal }) => Promise<R>,
): Promise<R> {
  if (signal.aborted) throw new StepError('cancelled', 'stopped on request before Amazon EC2 was asked')
  const { EC2Client, DescribeSecurityGroupsCommand, DescribeSubnetsCommand } = await import('./ec2-client.ts')
  // A client of its own: the SDK remembers a clock difference per client and would carry on with it.
  const client = new EC2Client(clientConfig(target))
  try {
    return await send({ client, DescribeSecurityGroupsCommand, DescribeSubnetsCommand }, { abortSignal: signal })
  } catch (error) {
    throw stepErrorFrom(error, `ec2:${operation}`, classes)
  } finally {
    client.destroy()
  }
}
