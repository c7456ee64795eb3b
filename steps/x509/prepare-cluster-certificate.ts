import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { pemText, sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import {
  dateOf,
  dateOrNow,
  notAfterInput,
  notBeforeInput,
  requireFuture,
  requireIssuerKey,
  signingKey,
} from './inputs.ts'
import { bytesEqual } from './model/bytes.ts'
import { parseCertificate, verifyCertificate, type Certificate } from './model/certificate.ts'
import { parseCsr, verifyCsr } from './model/csr.ts'
import { sha256Hex as digest } from './model/digest.ts'
import { endEntityTbs } from './model/end-entity.ts'
import { invalid } from './model/invalid.ts'
import { lintBeforeIssuance } from './model/lint/before-issuance.ts'
import { publicKeyKind } from './model/public-key.ts'
import { serialFrom } from './model/serial.ts'
import { dateText } from './model/time.ts'
import { prepared, preparedBefore, preparedCertificate, type PreparedCertificate } from './prepared.ts'

/** What AWS documents, and what newer clusters are said to take. */
const keyKinds = ['rsa-2048', 'rsa-3072', 'rsa-4096', 'ec-p256', 'ec-p384'] as const
const documentedKinds = ['rsa-2048', 'rsa-4096'] as const

const inputs = Type.Object(
  {
    key: signingKey,
    issuer: pemText('The self-signed trust anchor of the cluster, whose key signs'),
    csr: pemText('The certificate request of the cluster; subject and public key are copied byte for byte'),
    expectCsrSha256: Type.Optional(sha256Hex('SHA-256 of the request (DER) that was read on the other side')),
    notBefore: notBeforeInput,
    notAfter: notAfterInput,
    trustAnchorKeys: Type.Optional(
      Type.Array(Type.Enum([...keyKinds]), {
        description:
          'Kinds of keys that a trust anchor may have: what AWS CloudHSM documents, unless it is known to take more',
        minItems: 1,
        default: [...documentedKinds],
      }),
    ),
  },
  { additionalProperties: false },
)

/** Fixes the bytes of the certificate that claims a CloudHSM cluster, before anybody approves or signs them. */
export const prepareClusterCertificate = defineStep({
  name: 'x509.prepare-cluster-certificate',
  summary: 'Prepares the exact bytes of the certificate that claims a CloudHSM cluster, from its certificate request',
  version: 1,
  inputs,
  outputs: preparedCertificate,
  target: 'token',
  permissions: ['C_GenerateRandom', 'C_FindObjects', 'C_GetAttributeValue'],
  examples: [
    {
      title: 'A certificate for ten years',
      yaml: `
id: clusterTbs
title: Prepare the cluster's certificate
uses: x509.prepare-cluster-certificate
target: issuingToken
with:
  key: 0a1b2c3d
  issuer: |
    -----BEGIN CERTIFICATE-----
    …
  csr: |
    -----BEGIN CERTIFICATE REQUEST-----
    …
  notAfter: 2036-01-01T00:00:00Z
`,
    },
  ],
  notRehearsed: [
    'that an HSM takes a cluster certificate with key usage and key identifiers; the published examples have no extensions',
  ],
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: 0,
  check: async (_, context) => preparedBefore<PreparedCertificate>(context),
  async apply(wanted, { target, signal }) {
    const { key, trustAnchorKeys = documentedKinds } = wanted
    const issuer = parseCertificate(wanted.issuer)
    requireTrustAnchor(issuer, trustAnchorKeys)
    const csr = parseCsr(wanted.csr)
    if (!verifyCsr(csr)) throw invalid(`certificate request \`${csr.subjectText}\` is not signed by its own key`)
    const csrSha256 = digest(csr.der)
    if (wanted.expectCsrSha256 !== undefined && wanted.expectCsrSha256 !== csrSha256)
      throw new StepError(
        'conflict',
        `certificate request \`${csr.subjectText}\` has SHA-256 \`${csrSha256}\`, wanted \`${wanted.expectCsrSha256}\``,
      )
    const notBefore = dateOrNow(wanted.notBefore, '`notBefore`')
    const notAfter = dateOf(wanted.notAfter, '`notAfter`')
    requireFuture(notAfter, '`notAfter`')
    const signer = await target.signer(key, signal)
    requireIssuerKey(signer, key, issuer)
    const serial = serialFrom(await target.random(16, signal))
    const tbs = endEntityTbs({
      issuer,
      subject: csr.subject,
      publicKeySpki: csr.spki,
      serial,
      notBefore,
      notAfter,
      signatureAlgorithm: signer.algorithm,
      keyUsage: ['digitalSignature', ...(publicKeyKind(csr.spki).kind === 'rsa' ? (['keyEncipherment'] as const) : [])],
    })
    const common = prepared(tbs, await lintBeforeIssuance(tbs, 'end-entity', { issuer, csr }))
    return { ...common, serial, notBefore: dateText(notBefore), notAfter: dateText(notAfter) }
  },
  undo: 'nothing',
})

/**
 * Refuses a trust anchor that AWS CloudHSM would refuse after the signature was made.
 *
 * @throws {StepError} `invalid`
 */
function requireTrustAnchor(anchor: Certificate, kinds: readonly string[]): void {
  if (!bytesEqual(anchor.issuer, anchor.subject) || !verifyCertificate(anchor, anchor))
    throw invalid(`trust anchor \`${anchor.subjectText}\` is not self-signed`)
  if (anchor.extensions.length > 0 && anchor.decoded.basicConstraints === undefined)
    throw invalid(`trust anchor \`${anchor.subjectText}\` has extensions and no basic constraints among them`)
  const kind = kindOf(anchor)
  if (!kinds.includes(kind))
    throw invalid(
      `trust anchor \`${anchor.subjectText}\` has a key \`${kind}\`, wanted ${kinds.map((each) => `\`${each}\``).join(' or ')}`,
    )
}

function kindOf({ spki }: Certificate): string {
  const key = publicKeyKind(spki)
  switch (key.kind) {
    case 'rsa':
      return `rsa-${key.modulusBits}`
    case 'ec':
      return `ec-${key.curve.toLowerCase().replace('-', '')}`
    case 'other':
      return key.oid
  }
}
