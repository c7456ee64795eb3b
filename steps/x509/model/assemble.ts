import { type AnySignatureAlgorithm, algorithmIdentifier } from './algorithm.ts'
import { bytesEqual } from './bytes.ts'
import { invalid } from './invalid.ts'
import { parseTbs } from './parse-tbs.ts'
import { encodeSigned } from './signed.ts'

/**
 * Puts a certificate or CRL together.
 *
 * @param tbs exactly what was signed; it stands unchanged in the result
 * @returns DER Certificate or CertificateList
 * @throws {StepError} `invalid` when `tbs` is neither or names another signature algorithm. The signature is not
 *   verified here: the result is, by whoever knows the issuer
 */
export function assemble(
  tbs: Uint8Array,
  signatureAlgorithm: AnySignatureAlgorithm,
  signature: Uint8Array,
): Uint8Array {
  const parsed = parseTbs(tbs)
  if (parsed.kind === 'request') throw invalid('this is a certificate request, neither a certificate nor a CRL')
  if (!bytesEqual(parsed.algorithmIdentifier, algorithmIdentifier(signatureAlgorithm)))
    throw invalid(
      `the to-be-signed part names \`${parsed.signatureAlgorithm ?? 'an unknown algorithm'}\`, the signature is \`${signatureAlgorithm}\``,
    )
  return encodeSigned(tbs, signatureAlgorithm, signature)
}
