import { Type, type Static } from 'typebox'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import { StepError } from '../../engine/step/errors.ts'
import { pemText, sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { requestOf } from '../aws/ask.ts'
import { bytesEqual } from '../x509/model/bytes.ts'
import {
  certificatePem as pemOf,
  parseCertificate,
  verifyCertificate,
  type Certificate,
} from '../x509/model/certificate.ts'
import { sha256Hex as digest } from '../x509/model/digest.ts'
import { dateText } from '../x509/model/time.ts'
import { ask, type Cluster } from './client.ts'
import { csrOf, csrOrPending, isPending } from './cluster-csr.ts'
import { idOf, readCluster, stateOf } from './clusters.ts'
import { clusterId, clusterState } from './schemas.ts'

const outputs = Type.Object(
  {
    state: clusterState,
    clusterCertificateSha256: sha256Hex('SHA-256 of the certificate that the cluster was initialized with'),
  },
  { additionalProperties: false },
)

type Answer = CheckAnswer<Static<typeof outputs>>

/** Initializes a cluster: from then on, for ever, it trusts the key of the trust anchor. */
export const initialize = defineStep({
  name: 'cloudhsm.initialize',
  summary: 'Initializes a cluster with its signed certificate and the trust anchor, and waits until it is INITIALIZED',
  version: 1,
  inputs: Type.Object(
    {
      clusterId,
      certificatePem: pemText("The certificate over the cluster's request, signed by the trust anchor's key"),
      trustAnchorPem: pemText(
        'The self-signed certificate of the issuing CA. Clients trust it from then on; it cannot be changed',
      ),
      csrSha256: sha256Hex(
        'SHA-256 of the certificate request (DER) that the certificate answers; read again before sending',
      ),
    },
    { additionalProperties: false },
  ),
  outputs,
  target: 'aws',
  permissions: ['cloudhsm:InitializeCluster', 'cloudhsm:DescribeClusters'],
  examples: [
    {
      title: 'A cluster that becomes INITIALIZED',
      yaml: `id: initialize
uses: cloudhsm.initialize
target: aws
with:
  clusterId: cluster-igklspoyj5v
  certificatePem: |
    -----BEGIN CERTIFICATE-----
    …
    -----END CERTIFICATE-----
  trustAnchorPem: |
    -----BEGIN CERTIFICATE-----
    …
    -----END CERTIFICATE-----
  csrSha256: 5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8
`,
    },
  ],
  notRehearsed: [
    'which rule AWS CloudHSM checks first, and the exception it answers a bad certificate with',
    'which extensions AWS CloudHSM takes in the certificate and in the trust anchor',
    'how long AWS CloudHSM takes to initialize a cluster',
  ],
  effect: 'once',
  existing: 'adopt',
  // How long AWS may still show the cluster as UNINITIALIZED is not documented; this is generous.
  settleMs: 5 * 60_000,
  typicalMs: 4 * 60_000,
  wait: { everyMs: 15_000, timeoutMs: 60 * 60_000 },

  describe({ clusterId: id, certificatePem, trustAnchorPem, csrSha256 }) {
    const [certificate, anchor] = [parseCertificate(certificatePem), parseCertificate(trustAnchorPem)]
    return [
      `initialize cluster ${id}, which cannot be taken back`,
      `  certificate request SHA-256 ${csrSha256}`,
      `  certificate of \`${certificate.subjectText}\` until ${dateText(certificate.notAfter)}, SHA-256 ${certificate.fingerprintSha256}`,
      `  trust anchor \`${anchor.subjectText}\` until ${dateText(anchor.notAfter)}, SHA-256 ${anchor.fingerprintSha256}`,
      '',
    ].join('\n')
  },

  async check(wanted, context): Promise<Answer> {
    const certificate = parseCertificate(wanted.certificatePem)
    const anchor = parseCertificate(wanted.trustAnchorPem)
    requireSigned(certificate, anchor)
    const cluster = await readCluster(context, wanted.clusterId)
    const state = stateOf(cluster)
    if (state === 'INITIALIZE_IN_PROGRESS') return { state: 'pending', what: `\`${wanted.clusterId}\` is ${state}` }
    if (state === 'DELETE_IN_PROGRESS')
      return { state: 'conflict', differs: `cluster \`${wanted.clusterId}\` is ${state}` }
    if (state !== 'UNINITIALIZED' && state !== 'CREATE_IN_PROGRESS') return compare(cluster, certificate)
    const request = csrOrPending(cluster)
    if (isPending(request)) return request
    const found = digest(request.der)
    if (found !== wanted.csrSha256)
      throw new StepError('conflict', replaced(wanted.clusterId, found, wanted.csrSha256), { hint: signAgain })
    if (!bytesEqual(request.spki, certificate.spki))
      throw new StepError(
        'invalid',
        `the certificate is for key \`${certificate.spkiSha256}\`, the request of the cluster for \`${request.spkiSha256}\``,
      )
    return context.answer === undefined
      ? { state: 'absent' }
      : { state: 'pending', what: `\`${wanted.clusterId}\` takes its certificate over` }
  },

  async apply(wanted, context) {
    const requireSameRequest = async (): Promise<void> => {
      const request = csrOf(await readCluster(context, wanted.clusterId))
      const found = request === undefined ? 'none' : digest(request.der)
      if (found !== wanted.csrSha256)
        throw new StepError('conflict', replaced(wanted.clusterId, found, wanted.csrSha256), { hint: signAgain })
    }
    await requireSameRequest()
    try {
      const { $metadata } = await ask(context, 'InitializeCluster', (client, options) =>
        client.initializeCluster(
          {
            ClusterId: wanted.clusterId,
            SignedCert: pemOf(parseCertificate(wanted.certificatePem)),
            TrustAnchor: pemOf(parseCertificate(wanted.trustAnchorPem)),
          },
          options,
        ),
      )
      return {
        clusterCertificateSha256: parseCertificate(wanted.certificatePem).fingerprintSha256,
        ...requestOf($metadata),
      }
    } catch (error) {
      // A refusal says nothing that could be relied on of its reason: whether the HSM was replaced right before can be seen.
      if (StepError.is(error) && error.code === 'invalid') await requireSameRequest()
      throw error
    }
  },

  undo: 'impossible',
})

const signAgain = 'verify the new HSM and sign its request; the certificate that is there fits no HSM any more'

function replaced(id: string, found: string, wanted: string): string {
  return `the certificate request of cluster \`${id}\` changed, the HSM was replaced: SHA-256 \`${found}\`, wanted \`${wanted}\``
}

/** @throws {StepError} `invalid` */
function requireSigned(certificate: Certificate, anchor: Certificate): void {
  if (!bytesEqual(anchor.subject, anchor.issuer) || !verifyCertificate(anchor, anchor))
    throw new StepError('invalid', `trust anchor \`${anchor.subjectText}\` is not self-signed`)
  if (!bytesEqual(certificate.issuer, anchor.subject) || !verifyCertificate(certificate, anchor))
    throw new StepError('invalid', `the certificate is not signed by the trust anchor \`${anchor.subjectText}\``)
}

function compare(cluster: Cluster, wanted: Certificate): Answer {
  const state = stateOf(cluster)
  const text = cluster.Certificates?.ClusterCertificate?.trim()
  if (text === undefined || text === '')
    return { state: 'pending', what: `\`${idOf(cluster)}\` is ${state} and does not show its certificate yet` }
  const found = parseCertificate(text)
  if (!bytesEqual(found.spki, wanted.spki) || !bytesEqual(found.signature, wanted.signature))
    return {
      state: 'conflict',
      differs: `\`${idOf(cluster)}\` was initialized with the certificate \`${found.fingerprintSha256}\`, wanted \`${wanted.fingerprintSha256}\``,
    }
  return {
    state: 'satisfied',
    outputs: {
      state: state as Static<typeof clusterState>, // the engine holds it against the schema
      clusterCertificateSha256: wanted.fingerprintSha256,
    },
  }
}
