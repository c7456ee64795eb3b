import { type AnySignatureAlgorithm, algorithmOf, findAlgorithm, type X509Algorithm } from './algorithm.ts'
import { context, integer, oid, sequence, setOf, tags } from './der.ts'
import { childrenOf, DerFields, readDer } from './der-reader.ts'
import { readInteger, readOid } from './der-values.ts'
import { decodeExtensions, type DecodedExtensions } from './decode-extensions.ts'
import { spkiSha256 } from './digest.ts'
import { encodeExtension, type Extension } from './extension.ts'
import { invalid } from './invalid.ts'
import { printName } from './name-text.ts'
import { otherOids } from './oids.ts'
import { derOf, encodePem } from './pem.ts'
import { parsePublicKey } from './public-key.ts'
import { verifySignature } from './signature.ts'
import { encodeSigned, readSigned, type SignedParts } from './signed.ts'
import { readExtensionList } from './tbs-certificate.ts'

/** What a certificate request asks for. */
export interface RequestFields {
  /** DER Name. */
  readonly subject: Uint8Array
  /** DER SubjectPublicKeyInfo. */
  readonly publicKeySpki: Uint8Array
  /** Goes into one extension request, such as `basicConstraints({ ca: true })`. */
  readonly extensions?: readonly Extension[]
}

/** The to-be-signed part of a certificate request (CertificationRequestInfo, RFC 2986 section 4.1), read. */
export interface TbsRequest {
  readonly kind: 'request'
  readonly tbs: Uint8Array
  /** DER Name, and as printed. */
  readonly subject: Uint8Array
  readonly subjectText: string
  readonly spki: Uint8Array
  readonly spkiSha256: string
  /** Those of the extension request. */
  readonly extensions: readonly Extension[]
  readonly decoded: DecodedExtensions
  /** Object identifiers of attributes other than the extension request. */
  readonly otherAttributes: readonly string[]
}

/** A certificate request, read. */
export interface CertificateRequest extends TbsRequest, SignedParts {
  readonly signatureAlgorithm: X509Algorithm | undefined
}

/** Encodes the to-be-signed part of a certificate request. */
export function csrTbs({ subject, publicKeySpki, extensions = [] }: RequestFields): Uint8Array {
  const request = sequence(oid(otherOids.extensionRequest), setOf(sequence(...extensions.map(encodeExtension))))
  return sequence(integer(0), subject, publicKeySpki, context(0, ...(extensions.length > 0 ? [request] : [])))
}

/** Puts a certificate request together. @throws {StepError} `invalid` when the signature is not by the key asked for */
export function assembleCsr(tbs: Uint8Array, algorithm: AnySignatureAlgorithm, signature: Uint8Array): Uint8Array {
  const { spki } = readTbsRequest(tbs)
  if (!verifySignature(spki, algorithm, tbs, signature))
    throw invalid(`signature \`${algorithm}\` is not by the key of the certificate request`)
  return encodeSigned(tbs, algorithm, signature)
}

/**
 * Reads one certificate request. Its signature is not verified here: see {@link verifyCsr}.
 *
 * @param source DER, or PEM that is exactly one `CERTIFICATE REQUEST` block
 * @throws {StepError} `invalid` when it is neither, or not DER of a request
 */
export function parseCsr(source: string | Uint8Array): CertificateRequest {
  const signed = readSigned(derOf('CERTIFICATE REQUEST', source), 'certificate request')
  return {
    ...readTbsRequest(signed.tbs),
    ...signed,
    signatureAlgorithm: findAlgorithm(signed.outerAlgorithmIdentifier),
  }
}

/** Reads the to-be-signed part of a certificate request. */
export function readTbsRequest(tbs: Uint8Array): TbsRequest {
  const fields = new DerFields(readDer(tbs, 'certificate request'), 'certificate request')
  const version = readInteger(fields.next(tags.integer, 'version'), 'version')
  if (version !== 0n) throw invalid(`certificate request has version \`${version + 1n}\`, wanted \`1\``)
  const subject = fields.next(tags.sequence, 'subject').bytes
  const spki = parsePublicKey(fields.next(tags.sequence, 'public key').bytes)
  const attributes = childrenOf(fields.next(0xa0, 'attributes'), 'attributes').map((each) => {
    const attribute = new DerFields(each, 'attribute')
    const type = readOid(attribute.next(tags.oid, 'type'), 'attribute type')
    return { type, values: childrenOf(attribute.next(tags.set, 'values'), 'attribute values') }
  })
  fields.end()
  const requests = attributes.filter(({ type }) => type === otherOids.extensionRequest)
  const extensions = requests.flatMap(({ values }) => values.flatMap(readExtensionList))
  const otherAttributes = attributes.map(({ type }) => type).filter((type) => type !== otherOids.extensionRequest)
  return {
    kind: 'request',
    tbs,
    subject,
    subjectText: printName(subject),
    spki,
    spkiSha256: spkiSha256(spki),
    extensions,
    decoded: decodeExtensions(extensions),
    otherAttributes,
  }
}

/** True when the request is signed by the key it asks a certificate for (proof of possession). */
export function verifyCsr(request: CertificateRequest): boolean {
  return verifySignature(request.spki, algorithmOf(request.outerAlgorithmIdentifier), request.tbs, request.signature)
}

/** PEM of a certificate request. */
export function csrPem(request: Uint8Array | CertificateRequest): string {
  return encodePem('CERTIFICATE REQUEST', request instanceof Uint8Array ? request : request.der)
}
