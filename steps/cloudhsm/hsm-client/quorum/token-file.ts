import { createHash } from 'node:crypto'
import { StepError } from '../../../../engine/step/errors.ts'
import type { Json, JsonObject } from '../../../../engine/step/json.ts'
import { memberOf } from '../answer.ts'
import type { UserRole } from '../config.ts'

/** A quorum token as `quorum token-sign generate` wrote it. */
export interface QuorumToken {
  /** First 16 hex digits of {@link digest}: names the files of the token. */
  readonly id: string
  /** What approvers sign: SHA-256 of the approval data, 32 bytes. */
  readonly digest: Uint8Array
  /** What was hashed. */
  readonly approvalData: Uint8Array
  /** The file, without signatures. */
  readonly file: JsonObject
}

export interface ApprovalSignature {
  readonly username: string
  readonly role: UserRole
  /** PKCS#1 v1.5 of the 32 bytes as a SHA-256 digest, base64. */
  readonly signature: string
}

/** @throws {StepError} `device` when it is no token file, or its token is not the hash of its approval data */
export function readTokenFile(text: string): QuorumToken {
  const file = parse(text)
  const approvalData = bytesAt(file, 'approval_data')
  const digest = bytesAt(file, 'token')
  if (!createHash('sha256').update(approvalData).digest().equals(digest))
    throw noToken('its `token` is not SHA-256 of its `approval_data`')
  return { id: digest.toString('hex').slice(0, 16), digest, approvalData, file: file as JsonObject }
}

/** The token file that is handed in with an operation. */
export function signedTokenFile({ file }: QuorumToken, signatures: readonly ApprovalSignature[]): string {
  return `${JSON.stringify({ ...file, signatures: signatures.map((each) => ({ ...each })) }, null, 2)}\n`
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    throw noToken('it is no JSON')
  }
}

function bytesAt(file: Json, name: string): Buffer {
  const value = memberOf(file, name)
  if (typeof value !== 'string' || value === '') throw noToken(`it has no \`${name}\``)
  return Buffer.from(value, 'base64')
}

function noToken(why: string): StepError {
  return new StepError('device', `\`cloudhsm-cli\` wrote a quorum token file that is none: ${why}`, {
    hint: 'look whether this version of the client writes another form',
  })
}
