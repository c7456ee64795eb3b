import { requestOf } from '../aws/ask.ts'
import { ask, type Asking, type ModifyCluster } from './client.ts'

/** Asks for another HSM type of a cluster: a migration, or the way back from one. */
export async function modifyHsmType(context: Asking, clusterId: string, hsmType: string) {
  // The client's model is older: it demands a retention policy, and sends the type, which it does not know, all the same.
  const request = { ClusterId: clusterId, HsmType: hsmType } as unknown as ModifyCluster
  const { $metadata } = await ask(context, 'ModifyCluster', (client, options) => client.modifyCluster(request, options))
  return { hsmType, ...requestOf($metadata) }
}
