import { hexOf } from './bytes.ts'
import { decodeExtensions } from './decode-extensions.ts'
import type { Extension } from './extension.ts'
import { generalNameText } from './general-name.ts'
import { oidName } from './oids.ts'
import { visibleText } from './visible.ts'

/**
 * What one extension says, in words. What this model does not decode, and what decoding would hide (qualifiers of
 * policies, points without a URL), is given as the hex of its DER.
 */
export function extensionText(extension: Extension): string {
  const said = decodeExtensions([extension])
  const der = `DER ${hexOf(extension.value)}`
  const broken = said.undecodable[0]
  if (broken !== undefined) return `cannot be decoded (${broken.why}), ${der}`
  if (said.basicConstraints !== undefined) {
    const { ca, pathLength } = said.basicConstraints
    return ca ? `CA, path length ${pathLength ?? 'unlimited'}` : 'not a CA'
  }
  if (said.keyUsage !== undefined) return said.keyUsage.join(', ') || 'none'
  if (said.extendedKeyUsage !== undefined) return said.extendedKeyUsage.map(oidName).join(', ')
  if (said.subjectKeyIdentifier !== undefined) return said.subjectKeyIdentifier
  if (said.authorityKeyIdentifier !== undefined) {
    const { keyId, namesIssuer } = said.authorityKeyIdentifier
    return namesIssuer ? `names issuer and serial number, ${der}` : (keyId ?? `no key identifier, ${der}`)
  }
  if (said.subjectAlternativeName !== undefined) return said.subjectAlternativeName.map(generalNameText).join(', ')
  if (said.crlDistributionPoints !== undefined)
    return said.crlDistributionPoints.map(visibleText).join(', ') || `no URL, ${der}`
  if (said.authorityInformationAccess !== undefined) {
    const { ocsp, caIssuers } = said.authorityInformationAccess
    const access = [
      ...ocsp.map((url) => `OCSP ${visibleText(url)}`),
      ...caIssuers.map((url) => `CA ${visibleText(url)}`),
    ]
    return access.join(', ') || `no URL, ${der}`
  }
  if (said.crlNumber !== undefined) return String(said.crlNumber)
  return der
}
