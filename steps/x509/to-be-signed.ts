import { StepError } from '../../engine/step/errors.ts'
import type { Signer } from '../../engine/step/capabilities.ts'
import { requireIssuerKey } from './inputs.ts'
import { x509Algorithm } from './model/algorithm.ts'
import { bytesEqual } from './model/bytes.ts'
import { type Certificate, parseCertificate } from './model/certificate.ts'
import { type CertificateRequest, parseCsr } from './model/csr.ts'
import { describeTbs } from './model/describe.ts'
import { sha256Hex, spkiSha256 } from './model/digest.ts'
import { invalid } from './model/invalid.ts'
import type { CertificateRole } from './model/lint/certificate.ts'
import { parseTbs } from './model/parse-tbs.ts'
import type { TbsCertificate } from './model/tbs-certificate.ts'
import type { TbsCrl } from './model/tbs-crl.ts'

/** Inputs that say what is signed. */
export interface ToBeSignedInputs {
  readonly tbs: string
  readonly tbsSha256: string
  readonly kind: 'certificate' | 'crl'
  readonly issuer?: string
  readonly csr?: string
}

/** Bytes to be signed, with what they are judged by. */
export type ToBeSigned =
  | {
      readonly kind: 'certificate'
      readonly content: TbsCertificate
      readonly role: CertificateRole
      /** `undefined`: a root, which signs itself. */
      readonly issuer: Certificate | undefined
      readonly csr: CertificateRequest | undefined
    }
  | { readonly kind: 'crl'; readonly content: TbsCrl; readonly issuer: Certificate }

/**
 * Reads the bytes to be signed.
 *
 * @throws {StepError} `conflict` when they are not those of the digest; `invalid` when they are not what `kind` says, or the
 *   issuer is missing
 */
export function readToBeSigned(inputs: ToBeSignedInputs): ToBeSigned {
  const tbs = Uint8Array.from(Buffer.from(inputs.tbs, 'base64'))
  const digest = sha256Hex(tbs)
  if (digest !== inputs.tbsSha256) {
    throw new StepError(
      'conflict',
      `SHA-256 of the bytes to be signed is \`${digest}\`, wanted \`${inputs.tbsSha256}\``,
    )
  }
  const content = parseTbs(tbs)
  if (content.kind === 'request' || content.kind !== inputs.kind) {
    throw invalid(`the bytes to be signed are a ${content.kind}, wanted a ${inputs.kind}`)
  }
  const issuer = inputs.issuer === undefined ? undefined : parseCertificate(inputs.issuer)
  if (content.kind === 'crl') {
    if (issuer === undefined) throw invalid('a CRL is to be signed, and `issuer` is not given')
    return { kind: 'crl', content, issuer }
  }
  const csr = inputs.csr === undefined ? undefined : parseCsr(inputs.csr)
  if (issuer === undefined && !bytesEqual(content.issuer, content.subject)) {
    throw invalid(
      `certificate \`${content.subjectText}\` is issued by \`${content.issuerText}\`, and \`issuer\` is not given`,
    )
  }
  return { kind: 'certificate', content, role: roleOf(content, issuer), issuer, csr }
}

function roleOf(content: TbsCertificate, issuer: Certificate | undefined): CertificateRole {
  if (issuer === undefined) return 'root'
  return content.decoded.basicConstraints?.ca === true ? 'subordinate' : 'end-entity'
}

/**
 * Refuses a key that cannot make this signature.
 *
 * @throws {StepError} `conflict` when it is not the key that the bytes and the issuer's certificate name
 */
export function requireSigner(signer: Signer, key: string, toBeSigned: ToBeSigned): void {
  const { content, issuer } = toBeSigned
  if (issuer !== undefined) requireIssuerKey(signer, key, issuer)
  else if (toBeSigned.kind === 'certificate' && !bytesEqual(signer.publicKeySpki, toBeSigned.content.spki)) {
    throw new StepError(
      'conflict',
      `key \`${key}\` of the token has public key SHA-256 \`${spkiSha256(signer.publicKeySpki)}\`, the root to be signed has \`${spkiSha256(toBeSigned.content.spki)}\``,
    )
  }
  if (x509Algorithm(signer.algorithm) === content.signatureAlgorithm) return
  throw invalid(
    `key \`${key}\` signs \`${signer.algorithm}\`, the bytes to be signed name \`${content.signatureAlgorithm ?? 'an unknown algorithm'}\``,
  )
}

/** What approvers read: everything the bytes say, their SHA-256, who signs, and whether the issuer can revoke. */
export function describeToBeSigned(toBeSigned: ToBeSigned): string {
  const { content, issuer } = toBeSigned
  const lines = [describeTbs(content).trimEnd()]
  if (issuer !== undefined)
    lines.push(`  signed by the key of \`${issuer.subjectText}\`, certificate SHA-256 ${issuer.fingerprintSha256}`)
  if (
    toBeSigned.kind === 'certificate' &&
    issuer !== undefined &&
    content.decoded.crlDistributionPoints === undefined
  ) {
    lines.push('  NOT REVOCABLE by its issuer: it names no CRL')
  }
  return `${lines.join('\n')}\n`
}
