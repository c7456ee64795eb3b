import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Lets OpenSSL read a certificate; PEM in, its text out. */
export function opensslText(pem: string): string {
  return execFileSync('openssl', ['x509', '-noout', '-text'], { input: `${pem}\n`, encoding: 'utf8' })
}

/**
 * Lets OpenSSL verify a certificate strictly.
 *
 * @returns what it wrote: ends with `OK` when it is satisfied
 */
export function opensslVerify(pem: string, chainPem: string, crls: readonly Uint8Array[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-openssl-'))
  try {
    const file = (name: string, content: string | Uint8Array): string => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    }
    const blocks = `${chainPem}\n`.match(/-----BEGIN[^]*?-----END CERTIFICATE-----\n/g) ?? []
    const root = file('root.pem', blocks.at(-1) ?? '')
    const others = file('others.pem', blocks.slice(0, -1).join(''))
    const crlArguments = crls.flatMap((der, index) => {
      const path = file(`${index}.der`, der)
      const pemPath = join(folder, `${index}.pem`)
      execFileSync('openssl', ['crl', '-inform', 'DER', '-in', path, '-out', pemPath])
      return ['-CRLfile', pemPath]
    })
    const checks = crls.length > 0 ? ['-crl_check'] : []
    const { stdout, stderr } = spawnSync(
      'openssl',
      [
        'verify',
        '-x509_strict',
        ...checks,
        ...crlArguments,
        '-CAfile',
        root,
        '-untrusted',
        others,
        file('leaf.pem', `${pem}\n`),
      ],
      { encoding: 'utf8' },
    )
    return `${stdout}${stderr}`.trim()
  } finally {
    rmSync(folder, { recursive: true })
  }
}
