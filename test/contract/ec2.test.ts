import { AuthorizeSecurityGroupIngressCommand, DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2'
import type { FaultName } from '../../engine/step/simulator.ts'
import { clientConfig } from '../../steps/aws/client-config.ts'
import { awsSimulator } from '../../steps/aws/simulator/aws-simulator.ts'
import { checkSecurityGroup } from '../../steps/ec2/check-security-group.ts'
import { ec2Service } from '../../steps/ec2/simulator/service.ts'
import { openAws, startSandbox, TestWorld } from '../unit/steps/aws/sandbox.ts'
import { type ContractFailure, stepContract, type ContractWorld } from './step-contract.ts'

const worlds = new WeakMap<ContractWorld, { readonly world: TestWorld; open(): Promise<unknown> }>()

stepContract(checkSecurityGroup, () => arranged([]), {
  failures: [
    fault('deny', 'denied'),
    fault('throttle', 'throttled'),
    fault('fail', 'transient', true),
    fault('reset-after', 'transient', true),
    fault('clock-skew', 'denied'),
    {
      title: 'somebody else who is let in',
      during: 'check',
      provoke: async (world) => void (await worlds.get(world)?.open()),
      code: 'conflict',
    },
  ],
})

stepContract(checkSecurityGroup, async () => {
  const world = await arranged(['10.0.0.0/8'])
  await worlds.get(world)?.open()
  return world
})

function fault(name: FaultName, code: ContractFailure['code'], outcomeUnknown = false): ContractFailure {
  const provoke = (world: ContractWorld): void => worlds.get(world)?.world.plan('ec2:DescribeSecurityGroups', name)
  return { title: `${name} at DescribeSecurityGroups`, during: 'check', provoke, code, outcomeUnknown }
}

/** The default group of the first VPC. */
async function arranged(sources: readonly string[]): Promise<ContractWorld> {
  const world = new TestWorld()
  const { running, entry } = await startSandbox(awsSimulator([ec2Service()]), {}, world)
  const target = await openAws(entry)
  const client = new EC2Client(clientConfig(target))
  const groups = async () => (await client.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups ?? []
  const [group] = await groups()
  const GroupId = String(group?.GroupId)
  const rule = { IpProtocol: 'tcp', FromPort: 2223, ToPort: 2225, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }
  const contract: ContractWorld = {
    target,
    inputs: { groupId: GroupId, sources },
    fingerprint: async () => JSON.stringify(await groups()),
    secrets: [(await target.credentials()).secretAccessKey],
    close: () => running.stop(),
  }
  worlds.set(contract, {
    world,
    open: () => client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] })),
  })
  return contract
}
