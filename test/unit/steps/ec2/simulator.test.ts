import { EC2 } from '@aws-sdk/client-ec2'
import { CloudHSMV2 } from '@aws-sdk/client-cloudhsm-v2'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { clientConfig } from '../../../../steps/aws/client-config.ts'
import { awsSimulator } from '../../../../steps/aws/simulator/aws-simulator.ts'
import { networkOf } from '../../../../steps/aws/simulator/network.ts'
import { cloudhsmService } from '../../../../steps/cloudhsm/simulator/service.ts'
import { ec2Service } from '../../../../steps/ec2/simulator/service.ts'
import { operations } from '../../../../steps/ec2/simulator/shapes.ts'
import { awsCli, hasAwsCli } from '../aws/aws-cli.ts'
import { openAws, startSandbox, type TestWorld } from '../aws/sandbox.ts'

const { subnets, vpcs } = networkOf('111122223333', 'us-east-1')

async function start(world?: TestWorld) {
  const sandbox = await startSandbox(awsSimulator([ec2Service(), cloudhsmService()]), {}, world)
  const target = clientConfig(await openAws(sandbox.entry))
  return { ...sandbox, client: new EC2(target), hsm: new CloudHSMV2(clientConfig(await openAws(sandbox.entry))) }
}

const everywhere = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }

describe('the simulated EC2', () => {
  it('shows the subnets of the network that CloudHSM knows too', async () => {
    const { client } = await start()
    const all = await client.describeSubnets({})
    expect(all.Subnets?.map(({ SubnetId }) => SubnetId)).toEqual(subnets.map(({ id }) => id))
    const [first] = subnets
    const found = await client.describeSubnets({ SubnetIds: [String(first?.id)] })
    expect(found.Subnets).toMatchObject([
      { VpcId: vpcs[0]?.id, AvailabilityZone: 'us-east-1a', CidrBlock: '10.0.1.0/24', State: 'available' },
    ])
    const zone = { Name: 'availability-zone', Values: ['us-east-1b', 'us-east-1c'] }
    expect((await client.describeSubnets({ Filters: [zone] })).Subnets).toHaveLength(2)
  })

  it.each([
    ['subnet', (client: EC2) => client.describeSubnets({ SubnetIds: ['subnet-00000000'] }), 'InvalidSubnetID.NotFound'],
    ['group', (client: EC2) => client.describeSecurityGroups({ GroupIds: ['sg-00000000'] }), 'InvalidGroup.NotFound'],
    [
      'filter',
      (client: EC2) => client.describeSubnets({ Filters: [{ Name: 'colour', Values: ['red'] }] }),
      'InvalidParameterValue',
    ],
  ])('refuses a %s that it does not know', async (_, ask, name) => {
    await expect(ask((await start()).client)).rejects.toMatchObject({ name })
  })

  it('shows the group of a cluster as long as the cluster is there', async () => {
    const { client, hsm, world } = await start()
    const { Cluster } = await hsm.createCluster({ HsmType: 'hsm2m.medium', SubnetIds: [String(subnets[0]?.id)] })
    world.pass(60 * 60_000)
    const { Clusters } = await hsm.describeClusters({})
    const id = String(Clusters?.[0]?.SecurityGroup)
    const { SecurityGroups } = await client.describeSecurityGroups({ GroupIds: [id] })
    expect(SecurityGroups).toMatchObject([
      {
        GroupName: `cloudhsm-${Cluster?.ClusterId}-sg`,
        VpcId: vpcs[0]?.id,
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: 2223, ToPort: 2225, UserIdGroupPairs: [{ GroupId: id }] }],
      },
    ])
    await hsm.deleteCluster({ ClusterId: String(Cluster?.ClusterId) })
    world.pass(60 * 60_000)
    await expect(client.describeSecurityGroups({ GroupIds: [id] })).rejects.toMatchObject({
      name: 'InvalidGroup.NotFound',
    })
  })

  it('opens and closes a group, and keeps that', async () => {
    const first = await start()
    const { SecurityGroups = [] } = await first.client.describeSecurityGroups({})
    const GroupId = String(SecurityGroups[0]?.GroupId)
    await first.client.authorizeSecurityGroupIngress({ GroupId, IpPermissions: [everywhere] })
    await expect(
      first.client.authorizeSecurityGroupIngress({ GroupId, IpPermissions: [everywhere] }),
    ).rejects.toMatchObject({
      name: 'InvalidPermission.Duplicate',
    })
    expect(first.world.lines).toEqual([
      { service: 'ec2', operation: 'AuthorizeSecurityGroupIngress', resource: GroupId },
    ])
    await first.running.stop()
    const { client } = await start(first.world)
    const opened = (await client.describeSecurityGroups({ GroupIds: [GroupId] })).SecurityGroups?.[0]
    expect(opened?.IpPermissions).toMatchObject([{ IpProtocol: '-1' }, everywhere])
    await client.revokeSecurityGroupIngress({ GroupId, IpPermissions: [everywhere] })
    const closed = (await client.describeSecurityGroups({ GroupIds: [GroupId] })).SecurityGroups?.[0]
    expect(closed?.IpPermissions).toMatchObject([{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] }])
    expect(closed?.IpPermissions).toHaveLength(1)
    await expect(client.revokeSecurityGroupIngress({ GroupId, IpPermissions: [everywhere] })).rejects.toMatchObject({
      name: 'InvalidPermission.NotFound',
    })
  })

  it('takes the members that the published model has', () => {
    interface Member {
      readonly locationName?: string
      readonly queryName?: string
    }
    const model = createRequire(import.meta.url)('aws-sdk/apis/ec2-2016-11-15.min.json') as {
      readonly operations: Readonly<Record<string, { readonly input: { readonly members: Record<string, Member> } }>>
    }
    for (const [name, { members }] of Object.entries(operations)) {
      const known = Object.entries(model.operations[name]?.input.members ?? {}).map(
        ([member, { queryName, locationName = member }]) =>
          queryName ?? locationName.charAt(0).toUpperCase() + locationName.slice(1),
      )
      for (const member of Object.keys(members)) expect(known, `${name} ${member}`).toContain(member)
    }
  })

  it.skipIf(!hasAwsCli)('answers the AWS CLI', async () => {
    const sandbox = await start()
    const [group] = (await sandbox.client.describeSecurityGroups({})).SecurityGroups ?? []
    const id = String(group?.GroupId)
    const opening = ['authorize-security-group-ingress', '--protocol', 'tcp', '--port', '443', '--cidr', '10.0.0.0/8']
    await awsCli(sandbox, ['ec2', ...opening, '--group-id', id])
    expect(await awsCli(sandbox, ['ec2', 'describe-security-groups', '--group-ids', id])).toMatchObject({
      SecurityGroups: [
        {
          GroupName: 'default',
          IpPermissions: [{ IpProtocol: '-1' }, { FromPort: 443, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
        },
      ],
    })
    const vpc = { Name: 'vpc-id', Values: [String(vpcs[1]?.id)] }
    const words = ['ec2', 'describe-subnets', '--filters', JSON.stringify([vpc])]
    expect(await awsCli(sandbox, words)).toMatchObject({ Subnets: [{ SubnetId: subnets.at(-1)?.id }] })
    await expect(awsCli(sandbox, ['ec2', 'describe-security-groups', '--group-ids', 'sg-00000000'])).rejects.toThrow(
      'InvalidGroup.NotFound',
    )
  })
})
