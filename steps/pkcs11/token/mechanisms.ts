import { mechanismTypes, type AttributeName, type keyTypes } from './constants.ts'
import type { TokenSelection } from './select.ts'

/** Hashes of RSA-OAEP, by the names used in runbooks. */
export const oaepHashNames = ['sha1', 'sha256', 'sha384', 'sha512'] as const

export type OaepHash = (typeof oaepHashNames)[number]

type KeyKind = keyof typeof keyTypes

/** How a token deviates from the standard, or what of it it takes. */
export interface TokenDialect {
  /** Mechanism number of AES key wrap with padding (RFC 5649, AES-KWP). */
  readonly aesKeyWrapPad: number
  /** Hashes of RSA-OAEP with the same hash in MGF1, best first. */
  readonly oaepHashes: readonly [OaepHash, ...OaepHash[]]
  /** Attributes that the token refuses in a template of `C_UnwrapKey` for a private key. */
  readonly notInUnwrap: Readonly<Partial<Record<KeyKind, readonly AttributeName[]>>>
  /** Attributes that the token refuses in a template of `C_CreateObject` for a public key. */
  readonly notInCreatePublic: Readonly<Partial<Record<KeyKind, readonly AttributeName[]>>>
}

/** PKCS#11 2.40 by the book. The default for tokens that the table does not know. */
const standardDialect: TokenDialect = {
  aesKeyWrapPad: mechanismTypes.AES_KEY_WRAP_PAD,
  oaepHashes: ['sha256', 'sha1'],
  notInUnwrap: {},
  notInCreatePublic: {},
}

interface Entry {
  /** Matched against `MANUFACTURER MODEL`. */
  readonly name: RegExp
  readonly dialect: TokenDialect
}

/** First match counts. Each entry names where the knowledge comes from. */
const dialects: readonly Entry[] = [
  {
    // tried with SoftHSM 2.6.1: other hashes are refused with CKR_ARGUMENTS_BAD
    name: /SoftHSM/,
    dialect: { ...standardDialect, oaepHashes: ['sha1'] },
  },
  {
    // AWS CloudHSM user guide, "PKCS #11 library attributes tables" and cloudhsm_pkcs11_vendor_defs.h of Client SDK 5
    name: /cloudhsm|cavium|marvell|liquidsecurity/i,
    dialect: {
      aesKeyWrapPad: mechanismTypes.CLOUDHSM_AES_KEY_WRAP_ZERO_PAD,
      oaepHashes: ['sha256', 'sha384', 'sha512', 'sha1'],
      notInUnwrap: { ec: ['DECRYPT', 'UNWRAP', 'WRAP_WITH_TRUSTED'], rsa: ['WRAP_WITH_TRUSTED'] },
      notInCreatePublic: { ec: ['ENCRYPT', 'WRAP'] },
    },
  },
]

/** The dialect of a token, by what it says it is. */
export function dialectOf(token: Required<Pick<TokenSelection, 'manufacturer' | 'model'>>): TokenDialect {
  const entry = dialects.find(({ name }) => name.test(`${token.manufacturer} ${token.model}`))
  return entry?.dialect ?? standardDialect
}

/** The best OAEP hash that both sides of a key copy take; `undefined` when there is none. */
export function commonOaepHash(source: TokenDialect, destination: TokenDialect): OaepHash | undefined {
  return source.oaepHashes.find((hash) => destination.oaepHashes.includes(hash))
}
