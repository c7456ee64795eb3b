import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { DataPlane, HsmUser } from '../data-plane-state.ts'
import { CliError } from './cli-error.ts'
import { findUser } from './users.ts'

export type AdminService = 'user' | 'quorum' | 'cluster'
export type KeyService = 'key-usage' | 'key-management'
export type QuorumService = AdminService | KeyService | 'registration'

/** How long a token may be approved, and used once approved [D]. */
export const tokenSeconds = 600

/** A token that somebody asked for. It is nowhere but in the HSM's memory, and dies with the login that asked for it. */
export interface QuorumToken {
  readonly service: QuorumService
  /** Of key services: the key that it is for. */
  readonly keyReference?: string | undefined
  /** What the HSM made up. */
  readonly approvalData: Buffer
  readonly generatedAt: number
}

/** The bytes that approvers sign: SHA-256 of {@link QuorumToken.approvalData}. */
function signedBytes({ approvalData }: Pick<QuorumToken, 'approvalData'>): Buffer {
  return createHash('sha256').update(approvalData).digest()
}

/** What a token's files are called by: the first 16 hex digits of {@link signedBytes}. */
export function tokenId(token: Pick<QuorumToken, 'approvalData'>): string {
  return signedBytes(token).toString('hex').slice(0, 16)
}

export function makeToken(service: QuorumService, generatedAt: number, keyReference?: string): QuorumToken {
  return { service, keyReference, approvalData: randomBytes(98), generatedAt }
}

/** Whether it is too old, on the sandbox's clock. */
export function isExpired({ generatedAt }: QuorumToken, now: number): boolean {
  return now >= generatedAt + tokenSeconds * 1000
}

/** How token files name services: one of them is documented. */
const serviceNames = {
  user: 'user-management',
  quorum: 'quorum-management',
  cluster: 'cluster-management',
  'key-usage': 'key-usage',
  'key-management': 'key-management',
} as const satisfies Record<AdminService | KeyService, string>

/** The file of a token, as `quorum token-sign generate` writes it [D]. */
export function tokenFile(token: QuorumToken): string {
  const approvalData = token.approvalData.toString('base64')
  const unsigned = signedBytes(token).toString('base64')
  const content =
    token.service === 'registration'
      ? { version: '2.0', tokens: [{ approval_data: approvalData, unsigned, signed: '' }] }
      : {
          version: '2.0',
          service: serviceNames[token.service],
          ...(token.keyReference === undefined ? {} : { key_reference: token.keyReference }),
          approval_data: approvalData,
          token: unsigned,
          signatures: [],
        }
  return `${JSON.stringify(content, undefined, 2)}\n`
}

const approvalFile = Type.Object({
  version: Type.Literal('2.0'),
  approval_data: Type.String(),
  token: Type.String(),
  signatures: Type.Array(
    Type.Object({ username: Type.String(), role: Type.Optional(Type.String()), signature: Type.String() }),
  ),
})

/** A token file with signatures, as it is given to `--approval`. */
export interface Approval {
  readonly approvalData: Buffer
  readonly signatures: readonly { readonly username: string; readonly signature: Buffer }[]
}

/** @throws {CliError} */
export function readApproval(bytes: Buffer): Approval {
  const content = parsed(bytes)
  if (!Value.Check(approvalFile, content)) throw new CliError('Quorum token file is invalid')
  const approvalData = Buffer.from(content.approval_data, 'base64')
  if (!signedBytes({ approvalData }).equals(Buffer.from(content.token, 'base64')))
    throw new CliError('Quorum token file is invalid')
  return {
    approvalData,
    signatures: content.signatures.map(({ username, signature }) => ({
      username: username.toLowerCase(),
      signature: Buffer.from(signature, 'base64'),
    })),
  }
}

const registrationFile = Type.Object({
  version: Type.Literal('2.0'),
  tokens: Type.Array(Type.Object({ approval_data: Type.String(), unsigned: Type.String(), signed: Type.String() }), {
    minItems: 1,
    maxItems: 1,
  }),
})

/** @throws {CliError} unless the registration token is signed by the key */
export function requireRegistration(bytes: Buffer, publicKeyPem: string, token: QuorumToken | undefined): void {
  const content = parsed(bytes)
  if (!Value.Check(registrationFile, content)) throw new CliError('Signed token file is invalid')
  const [entry] = content.tokens
  const approvalData = Buffer.from(entry?.approval_data ?? '', 'base64')
  if (token === undefined || !token.approvalData.equals(approvalData))
    throw new CliError('Registration token is not one of this session')
  if (!isSigned(approvalData, Buffer.from(entry?.signed ?? '', 'base64'), publicKeyPem))
    throw new CliError('Registration token is not signed by the public key')
}

/** RSA PKCS#1 v1.5 over the 32 bytes that approvers are given, which are a SHA-256 digest already. */
function isSigned(approvalData: Buffer, signature: Buffer, publicKeyPem: string): boolean {
  return verify('sha256', approvalData, publicKeyPem, signature)
}

/** @throws {CliError} unless it is an RSA key of 2048 bits */
export function requireQuorumKey(pem: string): string {
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType === 'rsa' && key.asymmetricKeyDetails?.modulusLength === 2048)
      return key.export({ type: 'spki', format: 'pem' }).toString()
  } catch {
    // said below
  }
  throw new CliError('Public key must be an RSA key of 2048 bits in PEM')
}

/**
 * Who approved: each once, with a registered key, and of the role that may.
 *
 * @throws {CliError} when a signature is not its signer's
 */
export function approversOf(
  approval: Approval,
  data: DataPlane,
  role: 'admin' | 'crypto-user',
  may: (user: HsmUser) => boolean = () => true,
): ReadonlySet<string> {
  const approvers = new Set<string>()
  for (const { username, signature } of approval.signatures) {
    const user = findUser(data, username, role)
    const pem = user?.quorumPublicKeyPem
    if (user === undefined || pem === undefined || !may(user) || !isSigned(approval.approvalData, signature, pem))
      throw new CliError('Quorum token has a signature that is not valid')
    approvers.add(username)
  }
  return approvers
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
