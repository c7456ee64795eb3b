import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { pemText, sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { isLoopback } from '../aws/loopback.ts'
import { bytesEqual } from '../x509/model/bytes.ts'
import { parseCertificate, type Certificate } from '../x509/model/certificate.ts'
import { csrPem } from '../x509/model/csr.ts'
import { sha256Hex as digest } from '../x509/model/digest.ts'
import { present } from './client.ts'
import { csrOrPending, isPending } from './cluster-csr.ts'
import { readCluster } from './clusters.ts'
import { hsmSerialOf, requireChain, vouchersOf } from './hsm-identity.ts'
import { awsRootSha256, manufacturerRootSha256 } from './published-roots.ts'
import { clusterId } from './schemas.ts'

type Roots = 'published' | 'given' | 'sandbox'

/** Verifies that AWS and the manufacturer vouch for the HSM that made the cluster's certificate request. */
export const verifyHsmIdentity = defineStep({
  name: 'cloudhsm.verify-hsm-identity',
  summary: "Verifies that AWS and the manufacturer vouch for the HSM that made a cluster's certificate request",
  version: 1,
  inputs: Type.Object(
    {
      clusterId,
      awsRootPem: pemText(
        'The root certificate of AWS CloudHSM, `AWS_CloudHSM_Root-G1`, as AWS publishes it; another one is refused outside a sandbox',
      ),
      manufacturerRootPem: pemText(
        "The root certificate of the HSM's manufacturer, as Marvell publishes it for the HSM type",
      ),
      manufacturerRootSha256: Type.Optional(
        sha256Hex(
          'SHA-256 that the root of the manufacturer must have. Needed for HSM types whose root is not known here, such as `hsm2m.medium`: read it where Marvell publishes it',
        ),
      ),
    },
    { additionalProperties: false },
  ),
  outputs: Type.Object(
    {
      csrPem: pemText('The certificate request'),
      csrSha256: sha256Hex('SHA-256 of its DER'),
      publicKeySha256: sha256Hex('SHA-256 of its public key, which is that of the HSM certificate'),
      hsmSerial: Type.Optional(
        Type.String({ description: 'Serial number of the hardware, where its certificate says it' }),
      ),
      awsRootSha256: sha256Hex('SHA-256 of the root of AWS that vouches for it'),
      manufacturerRootSha256: sha256Hex('SHA-256 of the root of the manufacturer that vouches for it'),
      roots: Type.Union([Type.Literal('published'), Type.Literal('given'), Type.Literal('sandbox')], {
        description:
          '`published`: both fingerprints are known to this program; `given`: that of the manufacturer is an input; `sandbox`: roots of a rehearsal',
      }),
    },
    { additionalProperties: false },
  ),
  target: 'aws',
  permissions: ['cloudhsm:DescribeClusters'],
  examples: [
    {
      title: 'The first HSM of a new cluster',
      yaml: `id: identity
uses: cloudhsm.verify-hsm-identity
target: aws
with:
  clusterId: cluster-igklspoyj5v
  awsRootPem: |
    -----BEGIN CERTIFICATE-----
    …
    -----END CERTIFICATE-----
  manufacturerRootPem: |
    -----BEGIN CERTIFICATE-----
    …
    -----END CERTIFICATE-----
  manufacturerRootSha256: 5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8
`,
    },
  ],
  notRehearsed: [
    'the root certificates of AWS and of the manufacturer, and the fingerprints that they are compared with',
  ],
  effect: 'read',
  wait: { everyMs: 15_000, timeoutMs: 60 * 60_000 },

  async check(wanted, context) {
    const cluster = await readCluster(context, wanted.clusterId)
    const request = csrOrPending(cluster)
    if (isPending(request)) return request
    const vouchers = vouchersOf(cluster)
    if (vouchers === undefined)
      return { state: 'pending', what: `\`${wanted.clusterId}\` does not show the certificates of its HSM yet` }
    const { hsm, awsHardware, manufacturerHardware } = vouchers
    const roots = {
      aws: parseCertificate(wanted.awsRootPem),
      manufacturer: parseCertificate(wanted.manufacturerRootPem),
    }
    const { endpoint } = context.target
    const kind: Roots =
      endpoint !== undefined && isLoopback(endpoint)
        ? 'sandbox'
        : requireRoots(roots, present(cluster.HsmType, 'DescribeClusters', 'HsmType'), wanted.manufacturerRootSha256)
    const now = new Date() // certificates know the real clock only
    requireChain(cluster, hsm, awsHardware, roots.aws, now)
    requireChain(cluster, hsm, manufacturerHardware, roots.manufacturer, now)
    if (!bytesEqual(hsm.spki, request.spki))
      throw new StepError(
        'conflict',
        `the certificate request of cluster \`${wanted.clusterId}\` is for key \`${request.spkiSha256}\`, its HSM has \`${hsm.spkiSha256}\``,
        { hint: 'sign nothing for this cluster; delete the HSM, create another one, and ask AWS' },
      )
    const serial = hsmSerialOf(hsm)
    return {
      state: 'satisfied',
      outputs: {
        csrPem: csrPem(request),
        csrSha256: digest(request.der),
        publicKeySha256: request.spkiSha256,
        ...(serial === undefined ? {} : { hsmSerial: serial }),
        awsRootSha256: roots.aws.fingerprintSha256,
        manufacturerRootSha256: roots.manufacturer.fingerprintSha256,
        roots: kind,
      },
    }
  },
})

/** @throws {StepError} `conflict` when a root is another one, `invalid` when nothing says which one the manufacturer's is */
function requireRoots(
  roots: { readonly aws: Certificate; readonly manufacturer: Certificate },
  hsmType: string,
  given: string | undefined,
): Roots {
  requireRoot('AWS CloudHSM', roots.aws, awsRootSha256)
  const known = manufacturerRootSha256[hsmType]
  const wanted = known ?? given
  if (wanted === undefined)
    throw new StepError('invalid', `the fingerprint of the manufacturer's root for \`${hsmType}\` is not known here`, {
      hint: 'give `manufacturerRootSha256`, read where the manufacturer publishes it',
    })
  requireRoot('the manufacturer', roots.manufacturer, wanted)
  return known === undefined ? 'given' : 'published'
}

function requireRoot(whose: string, root: Certificate, wanted: string): void {
  if (root.fingerprintSha256 !== wanted)
    throw new StepError(
      'conflict',
      `the root of ${whose} has SHA-256 \`${root.fingerprintSha256}\` (\`${root.subjectText}\`), wanted \`${wanted}\``,
    )
}
