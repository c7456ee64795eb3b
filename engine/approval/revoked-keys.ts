import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StepError } from '../step/errors.ts'
import { unreadable } from './sign.ts'
import { runSshKeygen } from './ssh-keygen.ts'

/** What a KRL begins with. @see PROTOCOL.krl of OpenSSH */
const krlMagic = Buffer.from('SSHKRL\n\0')

/**
 * Whether a key counts no more.
 *
 * @param keyBase64 the public key as in a `.pub` file
 * @param path of a KRL, or of public keys line by line
 * @throws {StepError} when the file or `ssh-keygen` cannot be used
 */
export async function isRevoked(keyBase64: string, path: string): Promise<boolean> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable(
      error,
      `file \`${path}\` with the revoked keys`,
      'mend its path in the environment, or bring it back',
    )
  })
  if (!bytes.subarray(0, krlMagic.length).equals(krlMagic))
    return bytes
      .toString('utf8')
      .split(/\r?\n/)
      .some((line) => !line.startsWith('#') && line.split(/\s+/).includes(keyBase64))
  const folder = await mkdtemp(join(tmpdir(), 'runbook-key-'))
  try {
    const key = join(folder, 'key.pub')
    await writeFile(key, `${typeOf(keyBase64)} ${keyBase64}\n`, { mode: 0o600 })
    const { exitCode, stdout, said } = await runSshKeygen({
      ...{ input: '', args: ['-Q', '-f', path, key], endsWithOne: true },
    })
    if (exitCode === 0) return false
    if (/: REVOKED\s*$/m.test(stdout)) return true
    // anything else, such as half a file, says nothing of the key: it must not count as good
    throw new StepError('invalid', `\`ssh-keygen\` cannot read the revoked keys in \`${path}\`: ${said}`, {
      hint: 'make the KRL again, or bring the last good one back',
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The first string of a key's SSH form is its type. @see RFC 4253 section 6.6 */
function typeOf(keyBase64: string): string {
  const bytes = Buffer.from(keyBase64, 'base64')
  return bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString('ascii')
}
