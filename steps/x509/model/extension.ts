import {
  booleanTrue,
  context,
  contextPrimitive,
  ia5String,
  integer,
  namedBits,
  octetString,
  oid,
  sequence,
} from './der.ts'
import { invalid } from './invalid.ts'
import { encodeGeneralName, type GeneralName } from './general-name.ts'
import { extensionOids, otherOids } from './oids.ts'
import { keyUsages, type KeyUsage } from './usages.ts'

/** One extension of a certificate, a CRL or a CRL entry. */
export interface Extension {
  readonly oid: string
  readonly critical: boolean
  /** DER inside the OCTET STRING. */
  readonly value: Uint8Array
}

/** DER of one Extension; `critical` FALSE is a DEFAULT and so absent. */
export function encodeExtension({ oid: dotted, critical, value }: Extension): Uint8Array {
  return sequence(oid(dotted), ...(critical ? [booleanTrue()] : []), octetString(value))
}

/** Basic constraints, critical unless said otherwise. Without `ca` an empty SEQUENCE: FALSE is the DEFAULT. */
export function basicConstraints(
  { ca, pathLength }: { readonly ca: boolean; readonly pathLength?: number | undefined },
  critical = true,
): Extension {
  if (pathLength !== undefined && (!ca || !Number.isSafeInteger(pathLength) || pathLength < 0))
    throw invalid(`path length \`${pathLength}\` is not a whole number of a CA`)
  const fields = [...(ca ? [booleanTrue()] : []), ...(pathLength === undefined ? [] : [integer(pathLength)])]
  return { oid: extensionOids.basicConstraints, critical, value: sequence(...fields) }
}

/** Key usage, critical unless said otherwise. */
export function keyUsage(usages: readonly KeyUsage[], critical = true): Extension {
  const bits = usages.map((usage) => keyUsages.indexOf(usage))
  return { oid: extensionOids.keyUsage, critical, value: namedBits(bits) }
}

/** Extended key usage from object identifiers, not critical unless said otherwise. */
export function extendedKeyUsage(oids: readonly string[], critical = false): Extension {
  return { oid: extensionOids.extendedKeyUsage, critical, value: sequence(...oids.map(oid)) }
}

/** Subject key identifier; never critical. */
export function subjectKeyIdentifier(keyId: Uint8Array): Extension {
  return { oid: extensionOids.subjectKeyIdentifier, critical: false, value: octetString(keyId) }
}

/** Authority key identifier with a key id only, neither issuer nor serial; never critical. */
export function authorityKeyIdentifier(keyId: Uint8Array): Extension {
  return {
    oid: extensionOids.authorityKeyIdentifier,
    critical: false,
    value: sequence(contextPrimitive(0, keyId)),
  }
}

/** CRL distribution points, one point a URL; not critical: AWS Private CA refuses a critical one. */
export function crlDistributionPoints(urls: readonly string[]): Extension {
  const points = urls.map((text) => sequence(context(0, context(0, encodeGeneralName({ kind: 'uri', text })))))
  return { oid: extensionOids.crlDistributionPoints, critical: false, value: sequence(...points) }
}

/** Authority information access; never critical. */
export function authorityInformationAccess(access: {
  readonly ocsp?: readonly string[]
  readonly caIssuers?: readonly string[]
}): Extension {
  const describe = (method: string) => (text: string) => sequence(oid(method), encodeGeneralName({ kind: 'uri', text }))
  const descriptions = [
    ...(access.ocsp ?? []).map(describe(otherOids.ocsp)),
    ...(access.caIssuers ?? []).map(describe(otherOids.caIssuers)),
  ]
  return { oid: extensionOids.authorityInformationAccess, critical: false, value: sequence(...descriptions) }
}

/** Subject alternative names; critical exactly when the certificate's subject is empty (RFC 5280 section 4.2.1.6). */
export function subjectAlternativeName(names: readonly GeneralName[], critical = false): Extension {
  return {
    oid: extensionOids.subjectAlternativeName,
    critical,
    value: sequence(...names.map(encodeGeneralName)),
  }
}

/** One policy, with the URLs of its practice statements. */
export interface CertificatePolicy {
  readonly oid: string
  readonly cps?: readonly string[]
}

/** Certificate policies, not critical unless said otherwise. */
export function certificatePolicies(policies: readonly CertificatePolicy[], critical = false): Extension {
  const encode = ({ oid: policy, cps = [] }: CertificatePolicy): Uint8Array => {
    const qualifiers = cps.map((url) => sequence(oid(otherOids.cps), ia5String(url)))
    return sequence(oid(policy), ...(qualifiers.length === 0 ? [] : [sequence(...qualifiers)]))
  }
  return { oid: extensionOids.certificatePolicies, critical, value: sequence(...policies.map(encode)) }
}

/** CRL number; never critical. At most 20 octets (RFC 5280 section 5.2.3). */
export function crlNumber(number: bigint | number): Extension {
  if (BigInt(number) < 0n || BigInt(number) >> 159n !== 0n) throw invalid(`CRL number \`${number}\` is out of range`)
  return { oid: extensionOids.crlNumber, critical: false, value: integer(number) }
}
