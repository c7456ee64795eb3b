import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemError } from '../../../../engine/step/system-error.ts'
import type { UserRole } from '../config.ts'
import type { ApprovalSignature, QuorumToken } from './token-file.ts'

/** What was found in the folder for one token. */
export interface Collected {
  /** Of registered approvers, each verified with the approver's public key; sorted by name. */
  readonly signatures: readonly ApprovalSignature[]
  /** What was ignored and why, by name: `mallory: no registered approver`. Sorted. */
  readonly ignored: readonly string[]
}

/**
 * Collects the signatures of a token. One that does not verify is never handed in: the cluster would refuse the whole token.
 *
 * @param approvers who registered a key with the cluster
 */
export async function collectSignatures(
  folder: string,
  token: QuorumToken,
  approvers: readonly string[],
  role: UserRole,
): Promise<Collected> {
  const signatures: ApprovalSignature[] = []
  const ignored: string[] = []
  for (const name of await namesIn(folder)) {
    if (!name.startsWith(`${token.id}.`) || !name.endsWith('.sig')) continue
    const username = name.slice(token.id.length + 1, -'.sig'.length)
    const signature = (await readText(join(folder, name))).trim()
    const wrong = approvers.includes(username)
      ? await whyWrong(folder, token, username, signature)
      : 'no registered approver'
    if (wrong === undefined) signatures.push({ username, role, signature })
    else ignored.push(`\`${username}\`: ${wrong}`)
  }
  return { signatures, ignored }
}

/** Why a signature cannot be used; `undefined`: it can. */
async function whyWrong(
  folder: string,
  token: QuorumToken,
  username: string,
  signature: string,
): Promise<string | undefined> {
  const key = await publicKeyOf(folder, username)
  if (typeof key === 'string') return key
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) return 'the file is not base64'
  const bytes = Buffer.from(signature, 'base64')
  // the token is the SHA-256 of its approval data, so this is the signature over the token as a digest
  return verify('sha256', token.approvalData, key, bytes)
    ? undefined
    : 'the signature is not of this token and this key'
}

/** The key, or why there is none. */
async function publicKeyOf(folder: string, username: string): Promise<KeyObject | string> {
  const name = `${username}.public.pem`
  if (!(await namesIn(folder)).includes(name)) return `no public key to verify with: put it into \`${name}\``
  try {
    const key = createPublicKey(await readText(join(folder, name)))
    return key.asymmetricKeyType === 'rsa' ? key : `\`${name}\` is no RSA key`
  } catch {
    return `\`${name}\` is no public key in PEM`
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    throw systemError(error, `quorum folder \`${folder}\` could not be read`, 'make the folder first')
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw systemError(error, `\`${path}\` could not be read`)
  }
}
