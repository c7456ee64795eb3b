import type { Caller, MadeSecurityGroup } from '../../aws/simulator/service.ts'
import { isOwn, type CloudHsmWorld } from './context.ts'
import { clusterState } from './lifecycle.ts'

/** The ports that clients reach HSMs on. */
const ports = { from: 2223, to: 2225 }

/** The security group of each of the caller's clusters, there as long as the cluster. */
export function securityGroups({ store, clock }: CloudHsmWorld, caller: Caller): readonly MadeSecurityGroup[] {
  return store.state.clusters
    .filter((cluster) => isOwn(cluster, caller) && clusterState(cluster, clock.now()) !== 'DELETED')
    .map(({ id, securityGroup, vpcId }) => ({
      ...{ id: securityGroup, name: `cloudhsm-${id}-sg`, vpcId, ports },
      description: `CloudHSM cluster ${id}`,
    }))
}
