import { Type, type Static } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { dateTime, sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { sha256Hex as digest } from '../x509/model/digest.ts'
import { csrOf } from './cluster-csr.ts'
import { present, type Cluster } from './client.ts'
import { readCluster as read, rollbackUntilOf, stateOf, zonesOf } from './clusters.ts'
import { hsmsOf, nameOf } from './hsms.ts'
import {
  availabilityZone,
  backupId,
  clusterId,
  clusterState,
  eniId,
  hsmId,
  hsmType,
  ipAddress,
  mode,
  subnetId,
} from './schemas.ts'

const closed = { additionalProperties: false } as const

const outputs = Type.Object(
  {
    state: clusterState,
    hsmType,
    mode,
    hsms: Type.Array(
      Type.Object(
        {
          eniId,
          eniIp: ipAddress,
          availabilityZone,
          hsmId,
          state: Type.String({ description: 'State of the HSM' }),
        },
        closed,
      ),
      {
        description:
          'Its HSMs, by Availability Zone and address; deleted ones are left out, and one that has no address yet is waited for',
      },
    ),
    vpcId: Type.String({ description: 'The VPC of its subnets' }),
    subnetIds: Type.Array(subnetId, { description: 'Its subnets, in the order of their Availability Zones' }),
    availabilityZones: Type.Array(availabilityZone, { description: 'Where it can have HSMs' }),
    securityGroup: Type.String({ description: 'Security group that lets clients reach the HSMs' }),
    backupRetentionDays: Type.Optional(
      Type.Integer({ description: 'Days until backups expire; absent in clusters from before there was a choice' }),
    ),
    sourceBackupId: Type.Optional(backupId),
    rollbackUntil: Type.Optional(dateTime('Until when a migration of the HSM type can be rolled back')),
    csrSha256: Type.Optional(sha256Hex('SHA-256 of the certificate request, as long as there is one')),
  },
  closed,
)

/** States that end by themselves, and INITIALIZED, which the activation by a client ends. */
const passing = new Set([
  'CREATE_IN_PROGRESS',
  'INITIALIZE_IN_PROGRESS',
  'UPDATE_IN_PROGRESS',
  'MODIFY_IN_PROGRESS',
  'ROLLBACK_IN_PROGRESS',
])

/** Reads what AWS says about a cluster. */
export const readCluster = defineStep({
  name: 'cloudhsm.read-cluster',
  summary: 'Reads state, HSMs and settings of a cluster, and waits for a state where one is expected',
  version: 1,
  inputs: Type.Object(
    {
      clusterId,
      expectState: Type.Optional(
        Type.Union([Type.Literal('UNINITIALIZED'), Type.Literal('INITIALIZED'), Type.Literal('ACTIVE')], {
          description: 'The state it must be in, or come into by itself; absent: any',
        }),
      ),
    },
    closed,
  ),
  outputs,
  target: 'aws',
  permissions: ['cloudhsm:DescribeClusters'],
  examples: [
    {
      title: 'A cluster that must be active',
      yaml: `id: cluster
uses: cloudhsm.read-cluster
target: aws
with: { clusterId: cluster-igklspoyj5v, expectState: ACTIVE }
`,
    },
  ],
  effect: 'read',
  wait: { everyMs: 15_000, timeoutMs: 30 * 60_000 },

  async check({ clusterId: id, expectState }, context) {
    const cluster = await read(context, id)
    const state = stateOf(cluster)
    if (expectState !== undefined && state !== expectState) {
      if (passing.has(state) || (state === 'INITIALIZED' && expectState === 'ACTIVE'))
        return { state: 'pending', what: `\`${id}\` is ${state}, wanted ${expectState}` }
      throw new StepError('conflict', `cluster \`${id}\` is ${state}, wanted ${expectState}`)
    }
    const nameless = hsmsOf(cluster).find(({ eniId: eni, eniIp }) => eni === undefined || eniIp === undefined)
    if (nameless !== undefined)
      return { state: 'pending', what: `HSM ${nameOf(nameless)} is ${nameless.state}, and has no address yet` }
    return { state: 'satisfied', outputs: outputsOf(cluster) }
  },
})

function outputsOf(cluster: Cluster): Static<typeof outputs> {
  const zones = zonesOf(cluster)
  const retention = Number(cluster.BackupRetentionPolicy?.Value)
  const csr = csrOf(cluster)
  return {
    state: stateOf(cluster) as Static<typeof clusterState>, // the engine holds it against the schema
    hsmType: present(cluster.HsmType, 'DescribeClusters', 'HsmType'),
    mode: cluster.Mode ?? 'FIPS', // clusters from before there was a choice
    hsms: hsmsOf(cluster).map(({ eniId: eni, eniIp, availabilityZone: zone, hsmId: id, state }) => ({
      eniId: present(eni, 'DescribeClusters', 'EniId'),
      eniIp: present(eniIp, 'DescribeClusters', 'EniIp'),
      availabilityZone: zone,
      hsmId: id,
      state,
    })),
    vpcId: present(cluster.VpcId, 'DescribeClusters', 'VpcId'),
    subnetIds: zones.map((zone) => cluster.SubnetMapping?.[zone] ?? ''),
    availabilityZones: zones,
    securityGroup: present(cluster.SecurityGroup, 'DescribeClusters', 'SecurityGroup'),
    ...(Number.isInteger(retention) ? { backupRetentionDays: retention } : {}),
    ...(cluster.SourceBackupId === undefined ? {} : { sourceBackupId: cluster.SourceBackupId }),
    ...rollbackUntilOf(cluster),
    ...(csr === undefined ? {} : { csrSha256: digest(csr.der) }),
  }
}
