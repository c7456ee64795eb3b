import type { ApplyContext } from '../../engine/step/context.ts'
import { StepError } from '../../engine/step/errors.ts'
import { requestOf } from '../aws/ask.ts'
import { effectTag, runTag } from '../aws/tags.ts'
import type { WantedCluster } from './cluster-difference.ts'
import { ask, present } from './client.ts'
import { findCluster, stateOf, tagOf } from './clusters.ts'
import { hsmsOf, nameOf } from './hsms.ts'

/** Asks for a cluster, tagged as this step's. */
export async function makeCluster(
  wanted: WantedCluster & { readonly name: string },
  tags: Readonly<Record<string, string>>,
  context: ApplyContext<'aws'>,
) {
  const { name, hsmType, mode, subnetIds, networkType, backupRetentionDays: days, sourceBackupId } = wanted
  const TagList = Object.entries({
    ...tags,
    Name: name,
    [effectTag]: context.effectId,
    [runTag]: context.run.id,
  }).map(([Key, Value]) => ({ Key, Value }))
  const request = {
    HsmType: hsmType,
    Mode: mode, // not in the client's model; it sends it all the same
    SubnetIds: [...subnetIds],
    TagList,
    ...(networkType === undefined ? {} : { NetworkType: networkType }),
    ...(days === undefined ? {} : { BackupRetentionPolicy: { Type: 'DAYS', Value: String(days) } }),
    ...(sourceBackupId === undefined ? {} : { SourceBackupId: sourceBackupId }),
  }
  const { Cluster, $metadata } = await ask(context, 'CreateCluster', (client, options) =>
    client.createCluster(request, options),
  )
  return { clusterId: present(Cluster?.ClusterId, 'CreateCluster', 'ClusterId'), ...requestOf($metadata) }
}

/**
 * Deletes a cluster that this step made and that has no HSM. Safe to call again.
 *
 * @throws {StepError} `conflict` when it is another's, `in-use` when it has HSMs
 */
export async function unmakeCluster(id: string, context: ApplyContext<'aws'>): Promise<void> {
  const cluster = await findCluster(context, id)
  if (cluster === undefined || stateOf(cluster) === 'DELETE_IN_PROGRESS') return
  if (tagOf(cluster, effectTag) !== context.effectId)
    throw new StepError('conflict', `cluster \`${id}\` does not carry the tag \`${effectTag}\` of this step any more`)
  const hsms = hsmsOf(cluster)
  if (hsms.length > 0)
    throw new StepError('in-use', `cluster \`${id}\` has ${hsms.length} HSMs: ${hsms.map(nameOf).join(', ')}`, {
      hint: 'delete its HSMs first',
    })
  await ask(context, 'DeleteCluster', (client, options) => client.deleteCluster({ ClusterId: id }, options))
}
