import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { pemText, sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { present, unless } from '../aws/ask.ts'
import { csrPem, parseCsr, verifyCsr, type CertificateRequest } from '../x509/model/csr.ts'
import { sha256Hex as digest } from '../x509/model/digest.ts'
import { publicKeyKind } from '../x509/model/public-key.ts'
import { describeAuthority } from './authorities.ts'
import { ask } from './client.ts'
import { authorityArn, keyAlgorithm, subject, type Subject } from './schemas.ts'
import { canonical, membersOf, sameSubject } from './subject.ts'

/** Reads the CSR of a CA and compares it with what the CA was created for. */
export const getCsr = defineStep({
  name: 'acm-pca.get-csr',
  summary: 'Reads the certificate request of a CA and checks subject, key, CA:TRUE and proof of possession',
  version: 1,
  inputs: Type.Object(
    {
      arn: authorityArn,
      subject: Type.Optional(subject),
      keyAlgorithm: Type.Optional(keyAlgorithm),
    },
    { additionalProperties: false },
  ),
  outputs: Type.Object(
    {
      csrPem: pemText('The certificate request'),
      csrSha256: sha256Hex('SHA-256 of its DER'),
      spkiSha256: sha256Hex('SHA-256 of the public key'),
      subject: Type.String({ description: 'Its subject, attributes in the order encoded' }),
    },
    { additionalProperties: false },
  ),
  target: 'aws',
  permissions: ['acm-pca:GetCertificateAuthorityCsr', 'acm-pca:DescribeCertificateAuthority'],
  examples: [
    {
      title: 'The request of a CA, compared with what the CA was created for',
      yaml: `id: csr
uses: acm-pca.get-csr
target: aws
with:
  arn: arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/11111111-2222-4333-8444-555555555555
  keyAlgorithm: EC_secp384r1
`,
    },
  ],
  effect: 'read',
  wait: { everyMs: 5_000, timeoutMs: 15 * 60_000 },

  async check({ arn, ...wanted }, context) {
    const answer = await unless(
      'RequestInProgressException',
      ask(context, 'GetCertificateAuthorityCsr', (client, options) =>
        client.getCertificateAuthorityCsr({ CertificateAuthorityArn: arn }, options),
      ),
    )
    if (answer === undefined) return { state: 'pending', what: `\`${arn}\` is making its key and certificate request` }
    const request = parseCsr(present(answer.Csr, 'acm-pca:GetCertificateAuthorityCsr', 'Csr').trim())
    const configuration = (await describeAuthority(context, arn))?.CertificateAuthorityConfiguration
    const created = { subject: configuration?.Subject, keyAlgorithm: configuration?.KeyAlgorithm }
    for (const asked of [created, wanted]) {
      const differs = difference(request, asked.subject, asked.keyAlgorithm)
      if (differs !== undefined) throw new StepError('conflict', `the certificate request of \`${arn}\` ${differs}`)
    }
    return {
      state: 'satisfied',
      outputs: {
        csrPem: csrPem(request),
        csrSha256: digest(request.der),
        spkiSha256: request.spkiSha256,
        subject: request.subjectText,
      },
    }
  },
})

function difference(
  request: CertificateRequest,
  wantedSubject: object | undefined,
  wantedKey: string | undefined,
): string | undefined {
  if (!verifyCsr(request)) return 'is not signed by its own key'
  if (request.decoded.basicConstraints?.ca !== true) return 'does not ask for CA:TRUE'
  const key = keyName(request.spki)
  if (wantedKey !== undefined && key !== wantedKey) return `has a key \`${key}\`, wanted \`${wantedKey}\``
  const found: Subject | undefined = membersOf(request.subject)
  if (wantedSubject !== undefined && (found === undefined || !sameSubject(found, wantedSubject)))
    return `has the subject \`${request.subjectText}\`, wanted \`${canonical(wantedSubject)}\``
  return undefined
}

/** A key by the name that the API gives its algorithm. */
function keyName(spki: Uint8Array): string {
  const key = publicKeyKind(spki)
  const curves: Readonly<Record<string, string>> = {
    'P-256': 'EC_prime256v1',
    'P-384': 'EC_secp384r1',
    'P-521': 'EC_secp521r1',
  }
  switch (key.kind) {
    case 'rsa':
      return `RSA_${key.modulusBits}`
    case 'ec':
      return curves[key.curve] ?? key.curve
    case 'other':
      return key.oid
  }
}
