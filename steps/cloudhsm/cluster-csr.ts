import type { Pending } from '../../engine/step/check-answer.ts'
import { StepError } from '../../engine/step/errors.ts'
import { parseCsr, verifyCsr, type CertificateRequest } from '../x509/model/csr.ts'
import type { Cluster } from './client.ts'
import { idOf, stateOf } from './clusters.ts'
import { hsmsOf } from './hsms.ts'

/** The certificate request of a cluster; there is one from when its first HSM is ACTIVE until it is initialized. */
export function csrOf({ Certificates }: Cluster): CertificateRequest | undefined {
  const text = Certificates?.ClusterCsr?.trim()
  return text === undefined || text === '' ? undefined : parseCsr(text)
}

/**
 * The certificate request, or what has to be waited for until there is one.
 *
 * @throws {StepError} `conflict` when the cluster is past it, `not-found` when it has no HSM that could make one, `invalid` when
 *   it is not signed by its own key
 */
export function csrOrPending(cluster: Cluster): CertificateRequest | Pending {
  const id = idOf(cluster)
  const state = stateOf(cluster)
  if (state === 'CREATE_IN_PROGRESS') return { state: 'pending', what: `\`${id}\` is ${state}` }
  if (state !== 'UNINITIALIZED')
    throw new StepError('conflict', `cluster \`${id}\` is ${state}: a certificate request is there only before that`)
  const request = csrOf(cluster)
  if (request === undefined) {
    const [first] = hsmsOf(cluster)
    if (first === undefined)
      throw new StepError('not-found', `cluster \`${id}\` has no HSM, and its first one makes the certificate request`)
    return { state: 'pending', what: `HSM \`${first.hsmId}\` is ${first.state} and has no certificate request yet` }
  }
  if (!verifyCsr(request))
    throw new StepError('invalid', `the certificate request of cluster \`${id}\` is not signed by its own key`)
  return request
}

/** Whether {@link csrOrPending} gave what has to be waited for. */
export function isPending(found: CertificateRequest | Pending): found is Pending {
  return 'state' in found
}
