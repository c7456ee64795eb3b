import { createHash } from 'node:crypto'

/** What an SSH signature says of itself. Whether it is good is for `ssh-keygen` to say. */
export interface SshSignature {
  /** The public key, or certificate, in base64 as in a `.pub` file. */
  readonly keyBase64: string
  /** `ecdsa-sha2-nistp256`, `sk-ssh-ed25519@openssh.com`, … */
  readonly keyType: string
  /** `SHA256:…` as `ssh-keygen -l` shows it. */
  readonly fingerprint: string
  readonly namespace: string
}

/**
 * Reads an armored signature.
 *
 * @returns `undefined` when the text is none
 * @see PROTOCOL.sshsig of OpenSSH
 */
export function readSshSignature(armored: string): SshSignature | undefined {
  const [, body] =
    /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n?$/.exec(armored) ?? []
  const bytes = Buffer.from(body ?? '', 'base64')
  if (bytes.length < 10 || bytes.toString('latin1', 0, 6) !== 'SSHSIG' || bytes.readUInt32BE(6) !== 1) return undefined
  const key = fieldAt(bytes, 10)
  const namespace = key === undefined ? undefined : fieldAt(bytes, key.end)
  const keyType = key === undefined ? undefined : fieldAt(key.bytes, 0)
  if (key === undefined || namespace === undefined || keyType === undefined) return undefined
  return {
    keyBase64: key.bytes.toString('base64'),
    keyType: keyType.bytes.toString('latin1'),
    fingerprint: fingerprintOf(key.bytes),
    namespace: namespace.bytes.toString('utf8'),
  }
}

/** `SHA256:…` of a public key in its SSH form. */
export function fingerprintOf(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

/** A `string` of RFC 4251 section 5: four bytes of length, most significant first, and as many bytes. */
function fieldAt(bytes: Buffer, at: number): { readonly bytes: Buffer; readonly end: number } | undefined {
  if (at + 4 > bytes.length) return undefined
  const end = at + 4 + bytes.readUInt32BE(at)
  return end > bytes.length ? undefined : { bytes: bytes.subarray(at + 4, end), end }
}
