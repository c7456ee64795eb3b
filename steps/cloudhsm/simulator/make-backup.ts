import type { CloudHsmWorld } from './context.ts'
import { saveTokens } from './data-plane/token-copies.ts'
import { backupFolder, makingFolder } from './folders.ts'
import { makeId } from './ids.ts'
import type { Backup, Cluster } from './state.ts'

/**
 * Makes a backup of what is in the HSMs of a cluster now. Its tokens are there when this returns; it exists once the caller has saved
 * it.
 *
 * @param at when it is made, on the sandbox's clock
 * @param longerMs how much longer than usual it takes
 */
export function makeBackup(
  cluster: Cluster,
  trigger: Exclude<Backup['trigger'], 'copy'>,
  at: number,
  world: CloudHsmWorld,
  longerMs = 0,
): Backup {
  const id = makeId('backup')
  saveTokens(cluster.data, { from: world.tokenFolder, to: backupFolder(world, id), making: makingFolder(world) })
  const { accountId, partition, region, hsmType, mode, data, initialized } = cluster
  if (initialized === undefined) throw new Error(`${cluster.id} has nothing that a backup could be opened with`)
  const { clusterCertificatePem, trustAnchorPem } = initialized
  return {
    id,
    accountId,
    partition,
    region,
    clusterId: cluster.id,
    createdAt: at,
    readyAt: at + world.settings.backupMs + longerMs,
    trigger,
    fails: false,
    neverExpires: false,
    hsmType,
    mode,
    tags: [],
    data,
    clusterCertificatePem,
    trustAnchorPem,
  }
}
