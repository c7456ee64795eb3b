import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { securityGroup } from '../aws/ec2.ts'
import { ingressOf } from './ingress.ts'

const groupId = Type.String({
  description: 'Id of the security group',
  pattern: '^sg-[0-9a-f]{8,17}$',
  'x-runbook-wants': 'the id of a security group such as `sg-0123456789abcdef0`',
})

/** Looks whether a security group lets nobody in but its own members and who is named. */
export const checkSecurityGroup = defineStep({
  name: 'ec2.check-security-group',
  summary: 'Stops unless a security group lets in its own members and the named sources alone',
  version: 1,
  inputs: Type.Object(
    {
      groupId,
      sources: Type.Optional(
        Type.Array(Type.String({ minLength: 1 }), {
          description:
            'Who else may be let in: ids of groups or prefix lists, or ranges of addresses, as the rules name them',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  outputs: Type.Object(
    {
      groupId,
      groupName: Type.String({ description: 'Its name' }),
      vpcId: Type.String({ description: 'Id of its VPC' }),
      ingress: Type.Array(
        Type.Object(
          {
            protocol: Type.String({ description: '`tcp`, `udp`, `icmp`, a number, or `all`' }),
            ports: Type.String({ description: '`443`, `2223-2225`, or `all`' }),
            source: Type.String({ description: 'Id of a group or prefix list, or a range of addresses' }),
          },
          { additionalProperties: false },
        ),
        { description: 'Its rules for what comes in, one for each source' },
      ),
    },
    { additionalProperties: false },
  ),
  target: 'aws',
  permissions: ['ec2:DescribeSecurityGroups'],
  examples: [
    {
      title: 'The group of a throw-away clone is closed',
      yaml: `id: cloneIsClosed
uses: ec2.check-security-group
target: aws
with:
  groupId: sg-0123456789abcdef0
`,
    },
  ],
  notRehearsed: ['rules that somebody adds to the group afterwards, and network ACLs'],
  effect: 'read',

  async check({ groupId: id, sources = [] }, { target, signal }) {
    const group = await securityGroup({ target, signal }, id)
    const ingress = ingressOf(group)
    const others = ingress.filter(({ source }) => source !== id && !sources.includes(source))
    if (others.length > 0) {
      const rules = others.map(({ protocol, ports, source }) => `\`${source}\` (${protocol}, ports ${ports})`)
      throw new StepError('conflict', `security group \`${id}\` lets in ${rules.join(', ')}`, {
        hint: 'remove these rules, or name their sources in the step',
      })
    }
    const { GroupName = '', VpcId = '' } = group
    return {
      state: 'satisfied',
      outputs: { groupId: id, groupName: GroupName, vpcId: VpcId, ingress: [...ingress] },
    }
  },
})
