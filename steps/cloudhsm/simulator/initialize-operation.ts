import { findCluster, invalid, requireState, type CloudHsmContext } from './context.ts'
import { stateMessage } from './describe.ts'
import { makeIdentity } from './identity.ts'
import { makeHsmSerial, makeId } from './ids.ts'
import { checkClusterCertificate } from './initialize-rules.ts'
import type { Handlers } from './requests.ts'

export const initializeOperation: Handlers<'InitializeCluster'> = {
  InitializeCluster({ ClusterId: id, SignedCert, TrustAnchor }, context) {
    if (context.fault === 'replaced') replaceHsm(id, context)
    const { cluster, state } = findCluster(id, context)
    requireState(id, state, ['UNINITIALIZED'])
    const { identity, ...rest } = cluster
    if (identity === undefined) throw invalid(`${id} has no HSM that is active.`)
    const certificates = checkClusterCertificate(SignedCert, TrustAnchor, identity.csrPem, context)
    const now = context.clock.now()
    const initialized = { ...certificates, startedAt: now, endsAt: now + context.settings.initializingMs }
    context.store.save({ clusters: [{ ...rest, initialized }] }, { operation: 'InitializeCluster', resource: id })
    return { State: 'INITIALIZE_IN_PROGRESS', ...stateMessage('INITIALIZE_IN_PROGRESS') }
  },
}

/** The service replaces an HSM that failed: another one stands behind the same network interface. */
function replaceHsm(clusterId: string, context: CloudHsmContext): void {
  const { cluster } = findCluster(clusterId, context)
  const [first, ...others] = cluster.hsms
  if (first === undefined) return
  const hsm = { ...first, id: makeId('hsm'), serialNumber: makeHsmSerial() }
  // Before initialization nothing but the HSM knew the cluster's key.
  const identity = cluster.identity === undefined ? {} : { identity: makeIdentity(cluster, hsm, context) }
  context.store.save({ clusters: [{ ...cluster, ...identity, hsms: [hsm, ...others] }] })
}
