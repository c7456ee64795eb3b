/** Key usages in the order of their bits (RFC 5280 section 4.2.1.3). */
export const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const

/** See {@link keyUsages}. */
export type KeyUsage = (typeof keyUsages)[number]

/** Reasons for which a certificate is revoked, with their codes (RFC 5280 section 5.3.1). */
export const revocationReasons = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const

/** See {@link revocationReasons}. */
export type RevocationReason = keyof typeof revocationReasons
