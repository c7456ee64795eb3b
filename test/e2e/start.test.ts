import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'runbook-start-'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

it(
  'npm start rehearses portable-root, says where the certificates are, and OpenSSL accepts them',
  { timeout: 300_000 },
  () => {
    const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
    })
      .split('\0')
      .filter(Boolean)
    for (const file of tracked) if (existsSync(join(root, file))) cpSync(join(root, file), join(folder, file))
    // what set-up made is taken over: package.test.ts and the bootstrap's own tests try the making
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const said = execFileSync('npm', ['start'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

    const [, rootPem = ''] = /^root: (\S+root\.pem)$/m.exec(said) ?? []
    expect(rootPem.startsWith(join(folder, '.runbook'))).toBe(true)
    const out = join(rootPem, '..')
    expect(readdirSync(out).sort()).toEqual([
      'chain.pem',
      'crls.pem',
      'record.json',
      'root.pem',
      'subordinate.pem',
      'test.pem',
    ])
    const verify = (...args: string[]): string =>
      execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', rootPem, ...args], { encoding: 'utf8' })
    expect(verify(rootPem)).toContain(': OK')
    expect(verify(join(out, 'subordinate.pem'))).toContain(': OK')
    expect(
      verify(
        '-crl_check_all',
        '-CRLfile',
        join(out, 'crls.pem'),
        '-untrusted',
        join(out, 'subordinate.pem'),
        join(out, 'test.pem'),
      ),
    ).toContain(': OK')
    expect(said).toContain('Not rehearsed')
  },
)
