import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What an independent program said. */
export interface Verdict {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs OpenSSL or GnuTLS over files.
 *
 * @param files name to content; an argument that is one of the names becomes its path
 */
export function judge(
  program: 'openssl' | 'certtool',
  args: readonly string[],
  files: Readonly<Record<string, string | Uint8Array>>,
): Verdict {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-x509-'))
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    const resolved = args.map((argument) => (argument in files ? join(folder, argument) : argument))
    const { status, stdout, stderr } = spawnSync(program, resolved, { encoding: 'utf8' })
    return { exitCode: status, stdout, stderr }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
