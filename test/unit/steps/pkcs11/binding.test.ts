import { realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../../../../engine/step/secret.ts'
import { pkcs11TokenBinding } from '../../../../steps/pkcs11/binding.ts'
import { library, SandboxTokens } from './sandbox-tokens.ts'

const tokens = new SandboxTokens()
let entry: Awaited<ReturnType<SandboxTokens['entry']>>
let serials: string[]

beforeAll(async () => {
  entry = await tokens.entry('root', { label: 'root-hsm' })
  const one = await tokens.entry('one', { label: 'twin' })
  const two = await tokens.entry('two', { label: 'twin' })
  serials = [one, two].map(({ expectSerial = '' }) => expectSerial)
})
afterAll(() => tokens[Symbol.asyncDispose]())

it('opens a token, logs in once, and tells what it is', async () => {
  const asked = tokens.logins.length
  const binding = await tokens.bind(entry)
  expect(binding.facts).toMatchObject({
    label: 'root-hsm',
    serial: entry.expectSerial,
    model: 'SoftHSM v2',
    modulePath: realpathSync(library),
    moduleSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect(tokens.logins.slice(asked)).toEqual([
    { device: `token serial ${entry.expectSerial}`, user: 'user', reference: entry.pin },
  ])
  await binding.verify()
})

it('claims label, serial and module, and nothing secret', () => {
  const claims = pkcs11TokenBinding.claims(entry)
  expect(claims).toBe(`PKCS#11 token root-hsm serial ${entry.expectSerial} of ${library}`)
  expect(pkcs11TokenBinding.claims({ ...entry, uri: 'pkcs11:token=x', pin: 'env:OTHER' })).not.toContain('OTHER')
})

describe('refuses', () => {
  it.each([
    ['a module that is not there', { module: '/nowhere/lib.so' }, 'not-found', '`/nowhere/lib.so` does not exist'],
    ['a label that no token has', { uri: 'pkcs11:token=root-hsn' }, 'not-found', 'found `'],
    ['a label that two tokens have', { uri: 'pkcs11:token=twin' }, 'conflict', '2 tokens have label `twin`'],
    ['a token of another serial', { expectSerial: 'ffff' }, 'conflict', 'wants token serial `ffff`'],
    ['a slot', { uri: 'pkcs11:slot-id=0' }, 'invalid', 'slot-id'],
    ['what it would pass over', { uri: 'pkcs11:token=a?module-path=/x' }, 'invalid', 'wanted nothing after'],
    ['a sandbox without a token folder of its own', { environment: {} }, 'denied', 'no `SOFTHSM2_CONF`'],
  ] as const)('%s', async (_, changes, code, message) => {
    const asked = tokens.logins.length
    await expect(tokens.bind({ ...entry, ...changes })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    })
    expect(tokens.logins.length).toBe(asked) // no PIN was tried
  })

  it('names the serial numbers of both twins, and opens each by its own', async () => {
    const ambiguous = tokens.bind({ ...entry, uri: 'pkcs11:token=twin', expectSerial: serials[0] ?? '' })
    await expect(ambiguous).rejects.toThrow(new RegExp(serials.join('|')))
    const [first = ''] = serials
    const pin = entry.pin.replace('root.pin', 'one.pin')
    const one = await tokens.bind({ ...entry, uri: `pkcs11:token=twin;serial=${first}`, expectSerial: first, pin })
    expect(one.facts).toMatchObject({ serial: first })
  })

  it('a token folder outside the sandbox, before any library is loaded', async () => {
    const outside = join(tokens.folder, '..', `outside-${process.pid}.conf`)
    writeFileSync(outside, 'directories.tokendir = /var/lib/softhsm/tokens/\n')
    const inside = join(tokens.folder, 'pointing-out.conf')
    writeFileSync(inside, 'directories.tokendir = /var/lib/softhsm/tokens/\n')
    for (const configuration of [outside, inside, join(tokens.folder, 'missing.conf')]) {
      const other = { ...entry, module: '/nowhere/lib.so', environment: { SOFTHSM2_CONF: configuration } }
      await expect(tokens.bind(other)).rejects.toMatchObject({ code: 'denied' })
    }
    rmSync(outside)
  })

  it('a wrong PIN, tried once and never shown', async () => {
    let tried = 0
    const wrong = tokens.bind(
      { ...entry, uri: `pkcs11:serial=${serials[1]}`, expectSerial: serials[1] ?? '' },
      {
        login: (credential, attempt) => {
          tried += 1
          return attempt(new Secret(credential.reference, 'not-the-pin-4711'))
        },
      },
    )
    const error: unknown = await wrong.catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'authentication', message: expect.stringContaining('PIN is incorrect') })
    expect(JSON.stringify(error) + String(error)).not.toContain('4711')
    expect(tried).toBe(1)
  })
})
