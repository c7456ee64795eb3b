import { join } from 'node:path'
import type { CloudHsmWorld } from '../context.ts'
import { clusterState } from '../lifecycle.ts'
import type { Cluster } from '../state.ts'
import { objectsIn } from '../../../pkcs11/token/soft-token-objects.ts'
import { isLocked } from './users.ts'

/**
 * Users and keys of each cluster, a line each, without what differs between two runs that did the same. Keys are counted in the files of
 * tokens, and so only where they can be used.
 */
export function inventoryOf(
  world: Pick<CloudHsmWorld, 'store' | 'clock' | 'settings' | 'tokenFolder'>,
): readonly string[] {
  const now = world.clock.now()
  return world.store.state.clusters
    .filter((cluster) => clusterState(cluster, now) !== 'DELETED')
    .flatMap((cluster) => {
      const name = nameOf(cluster)
      const { users, quorum, keys } = cluster.data
      return [
        ...users.map((user) => {
          const locked = isLocked(user, world.settings) ? ', locked' : ''
          const registered = user.quorumPublicKeyPem === undefined ? '' : ', with a quorum key'
          return `${name}: ${user.role} ${user.name}${registered}${locked}`
        }),
        ...Object.entries(quorum).map(([service, value]) => `${name}: quorum of ${service} is ${value}`),
        ...keys.filter(({ trusted }) => trusted).map(({ owner }) => `${name}: trusted key of ${owner}`),
        ...(cluster.live ? users.flatMap((user) => keysOf(name, user, world.tokenFolder)) : []),
      ]
    })
}

function keysOf(name: string, { token, name: user }: Cluster['data']['users'][number], tokenFolder: string): string[] {
  if (token === undefined) return []
  const folder = join(tokenFolder, token.folder)
  return objectsIn(folder)
    .map((object) => `${name}: ${object} of ${user}`)
    .toSorted()
}

/** A cluster's id is another one in each run. */
function nameOf({ tags, region }: Cluster): string {
  const name = tags.find(({ Key }) => Key === 'Name')?.Value ?? 'cluster'
  return `${name} in ${region}`
}
