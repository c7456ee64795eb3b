import { Type, type Static } from 'typebox'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import type { CheckContext } from '../../engine/step/context.ts'
import { StepError } from '../../engine/step/errors.ts'
import { dateTime } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { requestOf } from '../aws/ask.ts'
import { textOf } from './answer.ts'
import { readBackups, readOneBackup } from './backups-of.ts'
import { isOf } from './key-backup.ts'
import { ask, present, type Cluster } from './client.ts'
import { readCluster, stateOf } from './clusters.ts'
import { hsmsOf, nameOf, type KnownHsm } from './hsms.ts'
import { removingHsms } from './permissions.ts'
import { availabilityZone, backupId, clusterId, eniId, ipAddress } from './schemas.ts'

const inputs = Type.Object(
  {
    clusterId,
    eniId,
    keepAtLeast: Type.Optional(
      Type.Integer({ description: 'How many ACTIVE HSMs must be left', minimum: 0, default: 0 }),
    ),
    provenBackup: Type.Optional({
      ...backupId,
      description:
        'Needed for the last HSM of a cluster that is in use: a backup of it that is READY, never expires, and was proven by restoring it',
    }),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    eniId,
    eniIp: ipAddress,
    availabilityZone,
    deletedAfter: dateTime(
      "A time of AWS's own clock from which on the backup was made that the deletion causes; earlier ones are other backups",
    ),
  },
  { additionalProperties: false },
)

type Answer = CheckAnswer<Static<typeof outputs>>

/** Deletes an HSM. The last one takes a cluster offline: what it holds is then in its backups alone. */
export const deleteHsm = defineStep({
  name: 'cloudhsm.delete-hsm',
  summary: 'Deletes an HSM of a cluster; the last one only with a proven backup that never expires',
  version: 1,
  inputs,
  outputs,
  target: 'aws',
  permissions: [...removingHsms, 'cloudhsm:DescribeBackups'],
  examples: [
    {
      title: 'The last HSM of a root that goes offline',
      yaml: `id: takeOffline
uses: cloudhsm.delete-hsm
target: aws
with: { clusterId: cluster-igklspoyj5v, eniId: eni-0a1b2c3d4e5f60718, provenBackup: backup-ro5c4er4aac }
`,
    },
  ],
  notRehearsed: ['how long AWS CloudHSM takes to delete an HSM'],
  effect: 'once',
  existing: 'adopt',
  // How long DescribeClusters may still show an HSM as ACTIVE is not documented; this is generous.
  settleMs: 5 * 60_000,
  typicalMs: 3 * 60_000,
  wait: { everyMs: 15_000, timeoutMs: 60 * 60_000 },

  async check(wanted, context): Promise<Answer> {
    const cluster = await readCluster(context, wanted.clusterId)
    const hsms = hsmsOf(cluster)
    const hsm = hsms.find((each) => each.eniId === wanted.eniId)
    if (context.effectId !== undefined && (hsm === undefined || hsm.state === 'DELETE_IN_PROGRESS'))
      return hsm === undefined
        ? gone(wanted.eniId, context)
        : { state: 'pending', what: `HSM ${nameOf(hsm)} is being deleted` }
    if (hsm === undefined)
      throw new StepError('not-found', `cluster \`${wanted.clusterId}\` has no HSM with \`${wanted.eniId}\``, {
        hint: hsms.length === 0 ? 'it has no HSM at all' : `it has ${hsms.map(nameOf).join(', ')}`,
      })
    if (hsm.state === 'DELETE_IN_PROGRESS')
      return { state: 'conflict', differs: `somebody else is deleting HSM ${nameOf(hsm)}` }
    if (hsm.state === 'CREATE_IN_PROGRESS') return { state: 'pending', what: `HSM ${nameOf(hsm)} is ${hsm.state}` }
    await requireDispensable(wanted, cluster, hsm, context)
    return {
      state: 'different',
      before: {
        eniIp: present(hsm.eniIp, 'DescribeClusters', 'EniIp'),
        availabilityZone: hsm.availabilityZone,
        newestBackupAt: await newestBackupAt(wanted.clusterId, cluster, context),
      },
      after: 'deleted',
    }
  },

  async apply(wanted, context) {
    // hours may lie between the look and this request, and a daily backup in them
    const newestBackup = await newestBackupAt(wanted.clusterId, await readCluster(context, wanted.clusterId), context)
    const { HsmId, $metadata } = await ask(context, 'DeleteHsm', (client, options) =>
      client.deleteHsm({ ClusterId: wanted.clusterId, EniId: wanted.eniId }, options),
    )
    return {
      ...(HsmId === undefined ? {} : { hsmId: HsmId }),
      newestBackupAt: newestBackup,
      ...requestOf($metadata),
    }
  },

  undo: 'impossible',
})

/** What the deletion left, by what was seen right before it was asked for; by the look before, where the answer was lost. */
function gone(eni: string, { before, answer }: CheckContext<'aws'>): Answer {
  const newest = textOf(answer, 'newestBackupAt') ?? textOf(before, 'newestBackupAt')
  const eniIp = textOf(before, 'eniIp')
  const zone = textOf(before, 'availabilityZone')
  if (newest === undefined || eniIp === undefined || zone === undefined)
    return { state: 'unknowable', why: `\`${eni}\` is gone, and nothing tells where it was` }
  // Backups are told apart by AWS's clock, never by this machine's.
  const deletedAfter = new Date(Date.parse(newest) + 1).toISOString()
  return { state: 'satisfied', outputs: { eniId: eni, eniIp, availabilityZone: zone, deletedAfter } }
}

/** @throws {StepError} `denied` */
async function requireDispensable(
  { clusterId: id, keepAtLeast = 0, provenBackup }: Static<typeof inputs>,
  cluster: Cluster,
  hsm: KnownHsm,
  context: CheckContext<'aws'>,
): Promise<void> {
  const left = hsmsOf(cluster).filter((each) => each.eniId !== hsm.eniId && each.state === 'ACTIVE').length
  if (left < keepAtLeast)
    throw new StepError('denied', `cluster \`${id}\` would have ${left} ACTIVE HSMs left, wanted ${keepAtLeast}`)
  const state = stateOf(cluster)
  if (left > 0 || state === 'UNINITIALIZED' || state === 'INITIALIZED') return
  if (provenBackup === undefined)
    throw new StepError(
      'denied',
      `HSM ${nameOf(hsm)} is the last one of cluster \`${id}\`, and no \`provenBackup\` is given`,
      {
        hint: 'restore a READY backup into a throw-away cluster, verify a signature with it, keep it, and name it',
      },
    )
  const backup = await readOneBackup(context, provenBackup)
  const why =
    backup === undefined
      ? 'is not there'
      : !isOf(backup, id)
        ? 'is of another cluster'
        : backup.state !== 'READY'
          ? `is ${backup.state}, wanted READY`
          : backup.neverExpires
            ? undefined
            : 'expires'
  if (why !== undefined)
    throw new StepError(
      'denied',
      `backup \`${provenBackup}\` ${why}, and HSM ${nameOf(hsm)} is the last one of \`${id}\``,
    )
}

/** When the newest backup of the cluster was begun, whatever its state; when the cluster was created, if there is none. */
async function newestBackupAt(id: string, cluster: Cluster, context: CheckContext<'aws'>): Promise<string> {
  const own = await readBackups(context, { clusterIds: [id] })
  const created = present(cluster.CreateTimestamp, 'DescribeClusters', 'CreateTimestamp').getTime()
  return new Date(Math.max(created, ...own.map(({ createdAt }) => createdAt))).toISOString()
}
