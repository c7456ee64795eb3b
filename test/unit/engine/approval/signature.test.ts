import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { checkSignature, principalsOf, type SignatureVerdict } from '../../../../engine/approval/check-signature.ts'
import { signText } from '../../../../engine/approval/sign.ts'
import { fingerprintOf, readSshSignature } from '../../../../engine/approval/sshsig.ts'
import { Signers } from './signers.ts'

const text = 'Approval of step 2 signRoot: Sign the root\n'
const noTerminal = { terminal: false }
const at = new Date('2026-11-22T12:00:00Z')

afterEach(() => vi.unstubAllEnvs())

async function verdict(
  signers: Signers,
  signed: { by?: string; as?: string; text?: string; revoked?: readonly string[]; at?: Date } = {},
): Promise<SignatureVerdict> {
  const { by = 'alice', as = by, revoked = [] } = signed
  const signature = await signText(text, signers.key(by), noTerminal)
  return checkSignature(
    { text: signed.text ?? text, signature, principal: as },
    signers.files(...revoked),
    signed.at ?? at,
  )
}

describe('a signature', () => {
  it('is good for the text and the principal of its key, and names the key', async () => {
    using signers = new Signers('alice')
    const blob = Buffer.from(signers.publicKey('alice').split(' ')[1] ?? '', 'base64')
    expect(await verdict(signers)).toEqual({ good: true, fingerprint: fingerprintOf(blob) })
    const shown = execFileSync('ssh-keygen', ['-l', '-f', signers.key('alice')], { encoding: 'utf8' })
    expect(shown.split(' ')[1]).toBe(fingerprintOf(blob))
  })

  it.each(['ecdsa', 'rsa'])('may be of a key of type %s', async (type) => {
    using signers = new Signers()
    signers.makeKey('alice', { type })
    signers.allow(signers.line('alice'))
    expect(await verdict(signers)).toMatchObject({ good: true })
  })

  it('does not fit a text that was changed by one character', async () => {
    using signers = new Signers('alice')
    expect(await verdict(signers, { text: text.replace('2', '3') })).toMatchObject({ good: false, code: 'other-text' })
  })

  it('is not good for another principal, and tells whose key it is', async () => {
    using signers = new Signers('alice', 'bob')
    const seen = await verdict(signers, { by: 'bob', as: 'alice' })
    expect(seen).toMatchObject({ good: false, code: 'other-principal' })
    expect(seen).toHaveProperty(
      'message',
      expect.stringMatching(/^key `SHA256:.{43}` signs for `bob`, not for `alice`$/),
    )
  })

  it('is not good when its key is not among the allowed signers', async () => {
    using signers = new Signers('alice', 'bob')
    signers.allow(signers.line('bob'))
    expect(await verdict(signers)).toMatchObject({ good: false, code: 'unknown-key' })
  })

  it('is not good once its key is revoked', async () => {
    using signers = new Signers('alice', 'bob')
    expect(await verdict(signers, { revoked: ['alice'] })).toMatchObject({ good: false, code: 'revoked' })
    expect(await verdict(signers, { revoked: ['bob'] })).toMatchObject({ good: true })
  })

  it('is not good when the list of revoked keys is gone', async () => {
    using signers = new Signers('alice')
    const signature = await signText(text, signers.key('alice'), noTerminal)
    const files = { ...signers.files(), revokedKeys: join(signers.dir, 'nowhere') }
    await expect(checkSignature({ text, signature, principal: 'alice' }, files, at)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('with the revoked keys is not there'),
    })
  })

  it.each([
    ['valid-after="20261122"', '2026-11-21T12:00:00Z', 'not-now'],
    ['valid-after="20261122"', '2026-11-23T12:00:00Z', undefined],
    ['valid-before="20261122"', '2026-11-23T12:00:00Z', 'not-now'],
    ['valid-before="20261122"', '2026-11-20T12:00:00Z', undefined],
  ])('with %s at %s is %s', async (options, time, code) => {
    using signers = new Signers('alice')
    signers.allow(signers.line('alice', { options }))
    const seen = await verdict(signers, { at: new Date(time) })
    expect(seen).toMatchObject(code === undefined ? { good: true } : { good: false, code })
    if (code !== undefined) expect(seen).toHaveProperty('message', expect.stringContaining('`20261122`'))
  })

  it('is not good when its key may sign other things only', async () => {
    using signers = new Signers('alice')
    signers.allow(signers.line('alice', { options: 'namespaces="git,file"' }))
    expect(await verdict(signers)).toMatchObject({
      code: 'other-namespace',
      message: expect.stringContaining('of `alice` may not sign for `approval@runbook`'),
    })
  })

  it('made for something else is no approval', async () => {
    using signers = new Signers('alice')
    const args = ['-Y', 'sign', '-q', '-f', signers.key('alice'), '-n', 'git']
    const signature = execFileSync('ssh-keygen', args, { input: text, encoding: 'utf8' })
    expect(await checkSignature({ text, signature, principal: 'alice' }, signers.files(), at)).toEqual({
      good: false,
      code: 'other-namespace',
      message: 'it is signed for `git`, not for `approval@runbook`',
    })
  })

  it.each(['', 'nonsense', '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n'])(
    'is not %j',
    async (signature) => {
      using signers = new Signers('alice')
      expect(await checkSignature({ text, signature, principal: 'alice' }, signers.files(), at)).toMatchObject({
        good: false,
        code: 'malformed',
      })
    },
  )

  it('may be of a certificate of an authority that is allowed', async () => {
    using signers = new Signers('authority', 'alice')
    execFileSync('ssh-keygen', [
      '-q',
      '-s',
      signers.key('authority'),
      '-I',
      'a',
      '-n',
      'alice',
      `${signers.key('alice')}.pub`,
    ])
    signers.allow(signers.line('authority', { principals: '*', options: 'cert-authority' }))
    const args = ['-Y', 'sign', '-q', '-f', `${signers.key('alice')}-cert.pub`, '-n', 'approval@runbook']
    rmSync(`${signers.key('alice')}.pub`)
    copyFileSync(signers.key('alice'), `${signers.key('alice')}-cert`)
    const signature = execFileSync('ssh-keygen', args, { input: text, encoding: 'utf8' })
    const now = new Date()
    expect(readSshSignature(signature)?.keyType).toContain('cert')
    expect(await checkSignature({ text, signature, principal: 'alice' }, signers.files(), now)).toMatchObject({
      good: true,
    })
    expect(await checkSignature({ text, signature, principal: 'bob' }, signers.files(), now)).toMatchObject({
      good: false,
    })
  })

  it('tells for whom its key may sign', async () => {
    using signers = new Signers('alice', 'bob')
    signers.allow(signers.line('alice', { principals: 'alice,a.lice' }), signers.line('bob'))
    const signature = await signText(text, signers.key('alice'), noTerminal)
    expect(await principalsOf(signature, signers.files(), at)).toEqual(['alice', 'a.lice'])
  })
})

describe('signing', () => {
  it('takes a key from the agent when the file is a public key', async () => {
    using signers = new Signers('alice')
    const agent = spawn('ssh-agent', ['-D', '-a', join(signers.dir, 'agent')], { stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      await once(createInterface({ input: agent.stdout }), 'line') // it listens
      vi.stubEnv('SSH_AUTH_SOCK', join(signers.dir, 'agent'))
      execFileSync('ssh-add', ['-q', signers.key('alice')], { stdio: 'ignore' })
      rmSync(signers.key('alice'))
      const signature = await signText(text, `${signers.key('alice')}.pub`, noTerminal)
      expect(await checkSignature({ text, signature, principal: 'alice' }, signers.files(), at)).toMatchObject({
        good: true,
      })
    } finally {
      const over = once(agent, 'close')
      agent.kill()
      await over
    }
  })

  it('says that the agent is missing', async () => {
    using signers = new Signers('alice')
    vi.stubEnv('SSH_AUTH_SOCK', undefined)
    await expect(signText(text, `${signers.key('alice')}.pub`, noTerminal)).rejects.toMatchObject({
      code: 'authentication',
      hint: expect.stringContaining('ssh-add'),
    })
  })

  it('does not sign with a key whose passphrase nobody types', async () => {
    using signers = new Signers()
    signers.makeKey('alice', { passphrase: 'secret' })
    // a program that answers nothing, instead of whatever terminal the tests have
    vi.stubEnv('SSH_ASKPASS', '/bin/false')
    vi.stubEnv('SSH_ASKPASS_REQUIRE', 'force')
    await expect(signText(text, signers.key('alice'), noTerminal)).rejects.toMatchObject({
      code: 'authentication',
      message: expect.stringContaining('did not sign'),
    })
  })

  it('says that the key is not there', async () => {
    await expect(signText(text, '/nowhere/key', noTerminal)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('says that `ssh-keygen` is missing', async () => {
    using signers = new Signers('alice')
    vi.stubEnv('PATH', signers.dir)
    await expect(signText(text, signers.key('alice'), noTerminal)).rejects.toMatchObject({
      code: 'not-found',
      message: 'program `ssh-keygen` is not installed',
    })
  })

  it('says that `ssh-keygen` is too old', async () => {
    using signers = new Signers('alice')
    writeFileSync(join(signers.dir, 'ssh-keygen'), '#!/bin/sh\necho unknown option -- Y >&2\nexit 1\n', { mode: 0o755 })
    vi.stubEnv('PATH', `${signers.dir}:${process.env['PATH']}`)
    await expect(signText(text, signers.key('alice'), noTerminal)).rejects.toMatchObject({
      code: 'invalid',
      hint: 'install OpenSSH 8.7 or later',
    })
  })

  it('can be stopped', async () => {
    using signers = new Signers('alice')
    const signal = AbortSignal.abort()
    await expect(signText(text, signers.key('alice'), { terminal: false, signal })).rejects.toMatchObject({
      code: 'cancelled',
    })
  })
})
