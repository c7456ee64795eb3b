import { StepError } from '../../engine/step/errors.ts'
import { allPages } from './all-pages.ts'
import { ask, present, type Asking, type Cluster } from './client.ts'

/** All clusters of the account in the Region, of every page. Deleted ones may be among them for a while. */
export async function listClusters(context: Asking, filters: Record<string, string[]> = {}): Promise<Cluster[]> {
  return allPages(context, `DescribeClusters ${JSON.stringify(filters)}`, async (token) => {
    const page = await ask(context, 'DescribeClusters', (client, options) =>
      client.describeClusters(
        {
          ...(Object.keys(filters).length === 0 ? {} : { Filters: filters }),
          ...(token === undefined ? {} : { NextToken: token }),
        },
        options,
      ),
    )
    return { items: page.Clusters ?? [], next: page.NextToken }
  })
}

/** @returns `undefined` when AWS does not know it (yet), or it is DELETED */
export async function findCluster(context: Asking, clusterId: string): Promise<Cluster | undefined> {
  const found = await listClusters(context, { clusterIds: [clusterId] })
  return found.find(({ ClusterId, State }) => ClusterId === clusterId && State !== 'DELETED')
}

/** @throws {StepError} `not-found` */
export async function readCluster(context: Asking, clusterId: string): Promise<Cluster> {
  const found = await findCluster(context, clusterId)
  if (found === undefined)
    throw new StepError('not-found', `there is no cluster \`${clusterId}\` in \`${context.target.region}\``)
  return found
}

/** What every cluster has. */
export function idOf({ ClusterId }: Cluster): string {
  return present(ClusterId, 'DescribeClusters', 'ClusterId')
}

/** What every cluster has. */
export function stateOf({ State }: Cluster): string {
  return present(State, 'DescribeClusters', 'State')
}

/** The value of a tag. */
export function tagOf({ TagList }: Pick<Cluster, 'TagList'>, key: string): string | undefined {
  return TagList?.find(({ Key }) => Key === key)?.Value
}

/** The Availability Zones that a cluster has a subnet in, in order. */
export function zonesOf({ SubnetMapping = {} }: Cluster): string[] {
  return Object.keys(SubnetMapping).toSorted()
}

/** Until when a migration of the HSM type can be rolled back, for outputs. */
export function rollbackUntilOf({ HsmTypeRollbackExpiration: seconds }: Cluster): { readonly rollbackUntil?: string } {
  return seconds === undefined ? {} : { rollbackUntil: new Date(seconds * 1000).toISOString() }
}
