import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { pemText, sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { csrPem } from '../x509/model/csr.ts'
import { sha256Hex as digest } from '../x509/model/digest.ts'
import { csrOrPending, isPending } from './cluster-csr.ts'
import { readCluster } from './clusters.ts'
import { clusterId } from './schemas.ts'

/** Reads the certificate request of a cluster, again right before it is signed: AWS may have replaced the HSM, and with it the key. */
export const requestCertificate = defineStep({
  name: 'cloudhsm.request-certificate',
  summary: 'Reads the certificate request of a cluster and compares its key with the one that was verified',
  version: 1,
  inputs: Type.Object(
    {
      clusterId,
      expectPublicKeySha256: Type.Optional(
        sha256Hex('SHA-256 of the public key that the request must have: output of `cloudhsm.verify-hsm-identity`'),
      ),
    },
    { additionalProperties: false },
  ),
  outputs: Type.Object(
    {
      csrPem: pemText('The certificate request'),
      csrSha256: sha256Hex('SHA-256 of its DER'),
      publicKeySha256: sha256Hex('SHA-256 of its public key'),
    },
    { additionalProperties: false },
  ),
  target: 'aws',
  permissions: ['cloudhsm:DescribeClusters'],
  examples: [
    {
      title: 'The request that is about to be signed',
      yaml: `id: csr
uses: cloudhsm.request-certificate
target: aws
with:
  clusterId: cluster-igklspoyj5v
  expectPublicKeySha256: 5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8
`,
    },
  ],
  effect: 'read',
  wait: { everyMs: 15_000, timeoutMs: 60 * 60_000 },

  async check({ clusterId: id, expectPublicKeySha256 }, context) {
    const request = csrOrPending(await readCluster(context, id))
    if (isPending(request)) return request
    const { spkiSha256 } = request
    if (expectPublicKeySha256 !== undefined && spkiSha256 !== expectPublicKeySha256)
      throw new StepError(
        'conflict',
        `the certificate request of cluster \`${id}\` is for key \`${spkiSha256}\`, wanted \`${expectPublicKeySha256}\`: AWS replaced the HSM`,
        { hint: 'verify the new HSM, then sign its request' },
      )
    return {
      state: 'satisfied',
      outputs: { csrPem: csrPem(request), csrSha256: digest(request.der), publicKeySha256: spkiSha256 },
    }
  },
})
