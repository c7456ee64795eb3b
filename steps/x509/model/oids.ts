/** Extensions of certificates and CRLs that this model names. */
export const extensionOids = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  issuerAlternativeName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  freshestCrl: '2.5.29.46',
  inhibitAnyPolicy: '2.5.29.54',
  subjectDirectoryAttributes: '2.5.29.9',
  authorityInformationAccess: '1.3.6.1.5.5.7.1.1',
  subjectInformationAccess: '1.3.6.1.5.5.7.1.11',
} as const

/** Extended key usages by the names of RFC 5280 section 4.2.1.12. */
export const extendedKeyUsageOids = {
  anyExtendedKeyUsage: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  smartCardLogin: '1.3.6.1.4.1.311.20.2.2',
  documentSigning: '1.3.6.1.4.1.311.10.3.12',
  certificateTransparency: '1.3.6.1.4.1.11129.2.4.4',
} as const

/** Access methods and attributes. */
export const otherOids = {
  ocsp: '1.3.6.1.5.5.7.48.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
  cps: '1.3.6.1.5.5.7.2.1',
  extensionRequest: '1.2.840.113549.1.9.14',
} as const

const names: ReadonlyMap<string, string> = new Map(
  [extensionOids, extendedKeyUsageOids, otherOids].flatMap((table) =>
    Object.entries(table).map(([name, oid]): [string, string] => [oid, name]),
  ),
)

/** Name of an object identifier, or the identifier itself when it has none here. */
export function oidName(oid: string): string {
  return names.get(oid) ?? oid
}
