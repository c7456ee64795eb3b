import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listNames } from '../diagnostics/list-names.ts'
import { allows, approvalNamespace, readAllowedSigners, type AllowedSigner } from '../document/allowed-signers.ts'
import { unreadable } from './sign.ts'
import { runSshKeygen } from './ssh-keygen.ts'
import { readSshSignature, type SshSignature } from './sshsig.ts'

/** Whose keys count. */
export interface SignerFiles {
  /** Path of an `allowed_signers` file. */
  readonly allowedSigners: string
  /** Path of a KRL or of revoked public keys. */
  readonly revokedKeys: string | undefined
}

/** A signature over a text, said to be of a principal. */
export interface SignedText {
  readonly text: string
  readonly signature: string
  readonly principal: string
}

export type SignatureVerdict =
  | { readonly good: true; readonly fingerprint: string }
  | { readonly good: false; readonly code: SignatureFault; readonly message: string; readonly hint?: string }

type SignatureFault =
  | 'malformed' // no SSH signature
  | 'other-namespace' // made for something else than an approval
  | 'other-text' // it does not fit the text
  | 'revoked'
  | 'unknown-key' // not among the allowed signers
  | 'other-principal' // the key is somebody else's
  | 'not-now' // before `valid-after` or from `valid-before` on
  | 'refused' // for another reason, which `ssh-keygen` gave

/**
 * Asks `ssh-keygen` whether a signature counts, and says why it does not.
 *
 * @param at when it must count, on the machine's clock
 * @throws {StepError} `not-found`, `denied`, `invalid` when `ssh-keygen` or a file cannot be used
 */
export async function checkSignature(signed: SignedText, files: SignerFiles, at: Date): Promise<SignatureVerdict> {
  const signature = readSshSignature(signed.signature)
  if (signature === undefined) return bad('malformed', 'its signature is no SSH signature')
  if (signature.namespace !== approvalNamespace)
    return bad('other-namespace', `it is signed for \`${signature.namespace}\`, not for \`${approvalNamespace}\``)
  const allowed = await readable(files.allowedSigners, 'allowed signers')
  if (files.revokedKeys !== undefined) await readable(files.revokedKeys, 'revoked keys')
  return withSignatureFile(signed.signature, async (path) => {
    const verify = (more: readonly string[]) =>
      runSshKeygen({
        input: signed.text,
        args: ['-Y', 'verify', '-f', files.allowedSigners, '-I', signed.principal, ...about(path, at), ...more],
      })
    const revocation = files.revokedKeys === undefined ? [] : ['-r', files.revokedKeys]
    const end = await verify(revocation)
    if (end.exitCode === 0) return { good: true, fingerprint: signature.fingerprint }
    const fits = await runSshKeygen({
      input: signed.text,
      args: ['-Y', 'check-novalidate', '-n', approvalNamespace, '-s', path],
    })
    if (fits.exitCode !== 0) return bad('other-text', 'its signature does not fit the text: one of them was changed')
    if (revocation.length > 0 && (await verify([])).exitCode === 0)
      return bad('revoked', `key \`${signature.fingerprint}\` is revoked`)
    const signers = readAllowedSigners(allowed).signers
    return explain(signature, signed.principal, signers, at, end.said, () => principalsOf(signed.signature, files, at))
  })
}

/**
 * The principals that a signature's key is allowed for.
 *
 * @returns patterns as they stand in the file; none when the key is not there
 */
export async function principalsOf(
  signature: string,
  { allowedSigners }: SignerFiles,
  at: Date,
): Promise<readonly string[]> {
  return withSignatureFile(signature, async (path) => {
    const args = ['-Y', 'find-principals', '-f', allowedSigners, '-s', path, `-Overify-time=${verifyTime(at)}`]
    const { exitCode, stdout } = await runSshKeygen({ input: '', args })
    return exitCode === 0 ? stdout.split('\n').filter((line) => line !== '') : []
  })
}

function about(signaturePath: string, at: Date): readonly string[] {
  return ['-n', approvalNamespace, '-s', signaturePath, `-Overify-time=${verifyTime(at)}`]
}

/** In local time without a zone, the one form that every release reads; the child has our time zone. */
function verifyTime(at: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0')
  const date = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`
  return `${date}${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`
}

/** Why it was refused, as far as the file tells. */
async function explain(
  { keyBase64, fingerprint }: SshSignature,
  principal: string,
  signers: readonly AllowedSigner[],
  at: Date,
  said: string,
  whose: () => Promise<readonly string[]>,
): Promise<SignatureVerdict> {
  const ofKey = signers.filter((signer) => signer.keyBase64 === keyBase64)
  const named = ofKey.filter((signer) => allows({ ...signer, namespaces: undefined }, principal, approvalNamespace))
  const own = named.filter((signer) => allows(signer, principal, approvalNamespace))
  const hint = `the line of \`${principal}\` in the allowed signers says which key counts, and when`
  if (ofKey.length === 0 && !signers.some(({ certAuthority }) => certAuthority))
    return bad('unknown-key', `key \`${fingerprint}\` is not among the allowed signers`, hint)
  if (named.length > 0 && own.length === 0)
    return bad(
      'other-namespace',
      `key \`${fingerprint}\` of \`${principal}\` may not sign for \`${approvalNamespace}\``,
      hint,
    )
  if (ofKey.length > 0 && own.length === 0) {
    const now = await whose()
    const names = now.length > 0 ? now : ofKey.flatMap(({ principals }) => principals) // a key of another time has none now
    return bad(
      'other-principal',
      `key \`${fingerprint}\` signs for ${listNames([...new Set(names)], 'or')}, not for \`${principal}\``,
    )
  }
  const limits = own.flatMap(({ validAfter, validBefore }) => [
    ...(validAfter === undefined ? [] : [`from \`${validAfter}\` on`]),
    ...(validBefore === undefined ? [] : [`before \`${validBefore}\``]),
  ])
  if (limits.length > 0)
    return bad(
      'not-now',
      `key \`${fingerprint}\` of \`${principal}\` counts ${limits.join(' and ')}, and it is \`${at.toISOString()}\``,
      hint,
    )
  return bad('refused', `\`ssh-keygen\` refuses it for \`${principal}\`: ${said === '' ? 'it does not say why' : said}`)
}

function bad(code: SignatureFault, message: string, hint?: string): SignatureVerdict {
  return { good: false, code, message, ...(hint === undefined ? {} : { hint }) }
}

async function readable(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw unreadable(error, `file \`${path}\` with the ${what}`, 'mend its path in the environment, or bring it back')
  }
}

/** `ssh-keygen` takes the text on standard input and the signature from a file. */
async function withSignatureFile<T>(signature: string, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'runbook-signature-'))
  try {
    const path = join(folder, 'signature')
    await writeFile(path, signature, { mode: 0o600 })
    return await use(path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
