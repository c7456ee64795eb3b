/** What can be wrong with a chain. */
export type ChainProblemCode =
  | 'empty'
  | 'anchor'
  | 'version'
  | 'extension'
  | 'algorithm'
  | 'not-yet-valid'
  | 'expired'
  | 'issuer-name'
  | 'signature'
  | 'not-a-ca'
  | 'path-length'
  | 'key-usage'
  | 'key-identifier'
  | 'crl-missing'
  | 'crl-invalid'
  | 'crl-expired'
  | 'revoked'

/** Code and message, to which the position is added. */
export type Problem = readonly [code: ChainProblemCode, message: string]
