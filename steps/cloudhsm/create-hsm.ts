import { Type, type Static } from 'typebox'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import type { CheckContext } from '../../engine/step/context.ts'
import { StepError } from '../../engine/step/errors.ts'
import type { Json } from '../../engine/step/json.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { wholeOutputs } from '../../engine/step/whole-outputs.ts'
import { requestOf } from '../aws/ask.ts'
import { textOf } from './answer.ts'
import { ask, present, type Cluster } from './client.ts'
import { idOf, readCluster, stateOf, zonesOf } from './clusters.ts'
import { hsmsOf, nameOf, type KnownHsm } from './hsms.ts'
import { makingHsms } from './permissions.ts'
import { availabilityZone, clusterId, eniId, hsmId, ipAddress, subnetId } from './schemas.ts'

const inputs = Type.Object(
  {
    clusterId,
    availabilityZone,
    ipAddress: Type.Optional({
      ...ipAddress,
      description:
        'Address that it must have, so that clients find it again; absent: any, and the zone may have one HSM only',
    }),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  { eniId, eniIp: ipAddress, availabilityZone, subnetId, hsmId },
  { additionalProperties: false },
)

type Inputs = Static<typeof inputs>
type Answer = CheckAnswer<Static<typeof outputs>>

/**
 * Creates an HSM and waits until it is ACTIVE. AWS has no room for an effect id on an HSM: it is known by where it was asked to be,
 * and afterwards by its network interface.
 */
export const createHsm = defineStep({
  name: 'cloudhsm.create-hsm',
  summary: 'Creates an HSM of a cluster in an Availability Zone, at an address where one is wanted',
  version: 1,
  inputs,
  outputs,
  target: 'aws',
  permissions: [...makingHsms],
  examples: [
    {
      title: 'The HSM of an offline root, at the address that clients know',
      yaml: `id: bringOnline
uses: cloudhsm.create-hsm
target: aws
with: { clusterId: cluster-igklspoyj5v, availabilityZone: us-east-1a, ipAddress: 10.0.1.12 }
`,
    },
  ],
  notRehearsed: ['how long AWS CloudHSM takes to create an HSM', 'that AWS has an HSM free in the Availability Zone'],
  effect: 'once',
  existing: 'adopt',
  // How long an HSM may be missing in DescribeClusters is not documented; this is generous.
  settleMs: 5 * 60_000,
  typicalMs: 8 * 60_000,
  wait: { everyMs: 30_000, timeoutMs: 120 * 60_000 },

  async check(wanted, context) {
    const cluster = await readCluster(context, wanted.clusterId)
    const zones = zonesOf(cluster)
    if (!zones.includes(wanted.availabilityZone))
      throw new StepError(
        'invalid',
        `cluster \`${wanted.clusterId}\` has no subnet in \`${wanted.availabilityZone}\`, only in ${zones.map((zone) => `\`${zone}\``).join(', ')}`,
      )
    const state = stateOf(cluster)
    if (state === 'DELETE_IN_PROGRESS')
      return { state: 'conflict', differs: `cluster \`${wanted.clusterId}\` is ${state}` }
    if (state === 'CREATE_IN_PROGRESS') return { state: 'pending', what: `cluster \`${wanted.clusterId}\` is ${state}` }
    return lookForHsm(wanted, cluster, context.answer)
  },

  async apply(wanted, context) {
    const { Hsm, $metadata } = await ask(context, 'CreateHsm', (client, options) =>
      client.createHsm(
        {
          ClusterId: wanted.clusterId,
          AvailabilityZone: wanted.availabilityZone,
          ...(wanted.ipAddress === undefined ? {} : { IpAddress: wanted.ipAddress }),
        },
        options,
      ),
    ).catch(async (error: unknown) => {
      throw await whyRefused(error, wanted, context)
    })
    return {
      hsmId: present(Hsm?.HsmId, 'CreateHsm', 'HsmId'),
      ...(Hsm?.EniId === undefined ? {} : { eniId: Hsm.EniId }),
      ...requestOf($metadata),
    }
  },

  undo: {
    destructive: true,
    async run({ clusterId: id }, made, context) {
      const { eniId: wanted } = wholeOutputs(made)
      const hsm = hsmsOf(await readCluster(context, id)).find((each) => each.eniId === wanted)
      if (hsm === undefined || hsm.state === 'DELETE_IN_PROGRESS') return
      await ask(context, 'DeleteHsm', (client, options) => client.deleteHsm({ ClusterId: id, EniId: wanted }, options))
    },
  },
})

/** A request that AWS finds invalid may be so because of an HSM that nobody saw at the look. */
async function whyRefused(error: unknown, wanted: Inputs, context: CheckContext<'aws'>): Promise<unknown> {
  if (!StepError.is(error) || error.code !== 'invalid') return error
  // a look that fails leaves the refusal as clear as it is
  const cluster = await readCluster(context, wanted.clusterId).catch(() => undefined)
  const there = (cluster === undefined ? [] : hsmsOf(cluster)).filter(
    ({ availabilityZone, eniIp }) => availabilityZone === wanted.availabilityZone || eniIp === wanted.ipAddress,
  )
  if (there.length === 0) return error
  return new StepError('conflict', `AWS refuses it, and ${names(there)} is there meanwhile`, {
    hint: 'somebody else works on this cluster: agree with them before you go on',
    cause: error,
  })
}

function lookForHsm(wanted: Inputs, cluster: Cluster, answer: Json | undefined): Answer {
  const hsms = hsmsOf(cluster)
  const inZone = hsms.filter((each) => each.availabilityZone === wanted.availabilityZone)
  const staying = inZone.filter(({ state }) => state !== 'DELETE_IN_PROGRESS')
  if (wanted.ipAddress !== undefined) {
    const there = hsms.find(({ eniIp }) => eniIp === wanted.ipAddress)
    if (there !== undefined) return judge(there, wanted)
    // one that AWS is making may not show its address yet
    const unplaced = staying.find(({ eniIp }) => eniIp === undefined)
    if (unplaced !== undefined) return { state: 'pending', what: `HSM ${nameOf(unplaced)} is ${unplaced.state}` }
    const [other] = staying
    if (other === undefined) return { state: 'absent' }
    return {
      state: 'conflict',
      differs: `cluster \`${idOf(cluster)}\` has ${nameOf(other)} in that Availability Zone, wanted at \`${wanted.ipAddress}\``,
    }
  }
  const [first, ...others] = staying
  if (first === undefined)
    return inZone.length === 0
      ? { state: 'absent' }
      : { state: 'pending', what: `HSM ${names(inZone)} is being deleted` }
  if (others.length === 0) return judge(first, wanted)
  const made = textOf(answer, 'eniId') ?? textOf(answer, 'hsmId')
  const own = staying.find((each) => made !== undefined && (each.eniId === made || each.hsmId === made))
  return {
    state: 'conflict',
    differs:
      own === undefined
        ? `cluster \`${idOf(cluster)}\` has ${staying.length} HSMs in that Availability Zone: ${names(staying)}`
        : `this run made ${nameOf(own)}, and ${names(staying.filter((each) => each !== own))} is there as well`,
    hint: 'say with `ipAddress` which one is meant, or delete the one that nobody wants',
  }
}

function names(hsms: readonly KnownHsm[]): string {
  return hsms.map(nameOf).join(', ')
}

function judge(hsm: KnownHsm, wanted: Inputs): Answer {
  if (hsm.availabilityZone !== wanted.availabilityZone)
    return { state: 'conflict', differs: `${nameOf(hsm)} has that address, wanted in \`${wanted.availabilityZone}\`` }
  if (hsm.state === 'CREATE_IN_PROGRESS' || hsm.state === 'DELETE_IN_PROGRESS')
    return { state: 'pending', what: `HSM ${nameOf(hsm)} is ${hsm.state}` }
  if (hsm.state !== 'ACTIVE')
    return {
      state: 'conflict',
      differs: `HSM ${nameOf(hsm)} is ${hsm.state}: ${hsm.stateMessage ?? 'AWS does not say why'}`,
      hint: 'AWS replaces an HSM that failed: look again later, or delete it',
    }
  return {
    state: 'satisfied',
    outputs: {
      eniId: present(hsm.eniId, 'DescribeClusters', 'EniId'),
      eniIp: present(hsm.eniIp, 'DescribeClusters', 'EniIp'),
      availabilityZone: hsm.availabilityZone,
      subnetId: present(hsm.subnetId, 'DescribeClusters', 'SubnetId'),
      hsmId: hsm.hsmId,
    },
  }
}
