import { execFileSync } from 'node:child_process'
import { createPrivateKey, createPublicKey, generateKeyPairSync, privateDecrypt, sign, verify } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findSoftHsmLibrary } from '../../../../steps/pkcs11/token/softhsm-library.ts'
import { active, addHsms, type Client, passwordFor } from './cli.ts'
import { unwrapPad } from './unwrap-pad.ts'

const cu = { user: 'cu' }
const admin = { user: 'admin' }
const ec = 'key generate-asymmetric-pair ec --curve secp384r1'
const pairOf = (label: string, ...more: readonly string[]) =>
  `${ec} --public-label ${label} --private-label ${label} --public-attributes verify=true id=0xab12 --private-attributes sign=true id=0xab12${more.map((word) => ` ${word}`).join('')}`

/** OpenSC's pkcs11-tool in the token of the crypto user. */
function judge(client: Client, ...args: readonly string[]): string {
  const { hsm } = client
  const conf = join(hsm.world.folder, 'judge.conf')
  writeFileSync(conf, `directories.tokendir = ${hsm.world.tokenFolder}\nobjectstore.backend = file\n`)
  const place = [
    '--module',
    findSoftHsmLibrary(),
    '--token-label',
    'cu',
    '--login',
    '--pin',
    `cu:${client.passwordOf('cu')}`,
  ]
  return execFileSync('pkcs11-tool', [...place, ...args], {
    env: { ...process.env, SOFTHSM2_CONF: conf },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

it('makes a key pair with the documented envelope, which is in the token', async () => {
  const client = await active()
  const { public_key: publicKey, private_key: privateKey } = await client.ok(pairOf('ca'), cu)
  expect(privateKey).toEqual({
    'key-reference': expect.stringMatching(/^0x[0-9a-f]{16}$/),
    'key-info': {
      'key-owners': [{ username: 'cu', 'key-coverage': 'full' }],
      'shared-users': [],
      'key-quorum-values': { 'manage-key-quorum-value': 0, 'use-key-quorum-value': 0 },
      'cluster-coverage': 'full',
    },
    attributes: {
      'key-type': 'ec',
      label: 'ca',
      id: '0xab12',
      'check-value': expect.stringMatching(/^0x[0-9a-f]{6}$/),
      class: 'private-key',
      encrypt: false,
      decrypt: false,
      token: true,
      'always-sensitive': true,
      derive: false,
      destroyable: true,
      extractable: true,
      local: true,
      modifiable: true,
      'never-extractable': false,
      private: true,
      sensitive: true,
      sign: true,
      trusted: false,
      unwrap: false,
      verify: false,
      wrap: false,
      'wrap-with-trusted': false,
      'key-length-bytes': expect.any(Number),
      'ec-point': expect.stringMatching(/^0x04[0-9a-f]{192}$/),
      curve: 'secp384r1',
    },
  })
  expect(publicKey.attributes).toMatchObject({
    class: 'public-key',
    verify: true,
    'check-value': privateKey.attributes['check-value'],
  })
  const objects = judge(client, '--list-objects')
  expect(objects).toContain('Private Key Object; EC')
  expect(objects).toMatch(/ID: +ab12/)
  const path = client.path('ca.pem')
  expect(
    await client.ok(`key generate-file --encoding pem --path ${path} --filter attr.label=ca attr.class=public-key`, cu),
  ).toEqual({
    message: 'Successfully generated key file',
  })
  const { x } = createPublicKey(readFileSync(path)).export({ format: 'jwk' })
  expect(publicKey.attributes['ec-point'].slice(4, 100)).toBe(Buffer.from(String(x), 'base64url').toString('hex'))
})

it('sees a key that was made over PKCS#11, and can use it', async () => {
  const client = await active()
  judge(client, '--keypairgen', '--key-type', 'EC:prime256v1', '--label', 'elsewhere', '--id', 'cd34')
  const { matched_keys: keys } = await client.ok('key list --filter attr.label=elsewhere --verbose', cu)
  expect(keys.map((key: { attributes: object }) => key.attributes)).toMatchObject([{ id: '0xcd34' }, { id: '0xcd34' }])
  const data = client.write('data', 'to be signed')
  const { signature } = await client.ok(
    `crypto sign ecdsa --key-filter attr.label=elsewhere attr.class=private-key --hash-function sha256 --data-path ${data}`,
    cu,
  )
  const path = client.path('elsewhere.pem')
  await client.ok(
    `key generate-file --encoding pem --path ${path} --filter attr.label=elsewhere attr.class=public-key`,
    cu,
  )
  const key = { key: readFileSync(path), dsaEncoding: 'ieee-p1363' } as const
  expect(verify('sha256', Buffer.from('to be signed'), key, Buffer.from(signature, 'base64'))).toBe(true)
})

it('signs and verifies with RSA, data or a digest', async () => {
  const client = await active()
  await client.ok(
    'key generate-asymmetric-pair rsa --modulus-size-bits 2048 --public-exponent 65537 --public-label r --private-label r --public-attributes verify=true --private-attributes sign=true',
    cu,
  )
  const data = Buffer.from('abc123').toString('base64')
  const keys = {
    private: '--key-filter attr.label=r attr.class=private-key',
    public: '--key-filter attr.label=r attr.class=public-key',
  }
  const { signature } = await client.ok(
    `crypto sign rsa-pkcs ${keys.private} --hash-function sha256 --data ${data}`,
    cu,
  )
  const check = `crypto verify rsa-pkcs ${keys.public} --hash-function sha256 --signature ${signature}`
  expect(await client.ok(`${check} --data ${data}`, cu)).toEqual({ message: 'Signature verified successfully' })
  expect(await client.cli(`${check} --data AAAA`, cu)).toEqual({ error_code: 1, data: 'Signature verification failed' })
  const path = client.path('r.pem')
  await client.ok(`key generate-file --encoding pem --path ${path} --filter attr.label=r attr.class=public-key`, cu)
  expect(verify('sha256', Buffer.from('abc123'), readFileSync(path), Buffer.from(signature, 'base64'))).toBe(true)
})

it('has keys that can do nothing unless told otherwise', async () => {
  const client = await active()
  const { private_key: made } = await client.ok(`${ec} --public-label k --private-label k`, cu)
  expect(made.attributes).toMatchObject({ id: '', sign: false, extractable: true })
  const { error_code: code } = await client.cli(
    'crypto sign ecdsa --key-filter attr.label=k attr.class=private-key --hash-function sha384 --data AAAA',
    cu,
  )
  expect(code).toBe(1)
})

describe('key availability', () => {
  it('makes a key on one HSM alone, says that this is too few, and does not use it before there are two', async () => {
    const client = await active({ hsms: 1 })
    const sign =
      'crypto sign ecdsa --key-filter attr.label=ca attr.class=private-key --hash-function sha384 --data AAAA'
    expect(await client.cli(pairOf('ca'), cu)).toMatchObject({ error_code: 1 })
    expect((await client.ok('key list', cu)).total_key_count).toBe(2)
    expect(await client.cli(sign, cu)).toMatchObject({ error_code: 1 })
    await client.run('configure-cli', ['--disable-key-availability-check'])
    await client.ok(sign, cu)
    await client.run('configure-cli', ['--enable-key-availability-check'])
    expect(await client.cli(sign, cu)).toMatchObject({ error_code: 1 })
    await addHsms(client, 1)
    await client.ok(sign, cu)
  })

  it('can fail half way: made on one HSM of two, copied some minutes later', async () => {
    const client = await active()
    client.hsm.world.plan('cloudhsm-cli:key_generate_asymmetric_pair', 'partly')
    expect(await client.cli(pairOf('ca'), cu)).toMatchObject({ error_code: 1 })
    const coverage = async () =>
      (await client.ok('key list --verbose', cu)).matched_keys.map(
        (key: { 'key-info': { 'cluster-coverage': string } }) => key['key-info']['cluster-coverage'],
      )
    expect(await coverage()).toEqual(['inconsistent', 'inconsistent'])
    expect(await coverage()).toEqual(['full', 'full'])
    expect(await client.cli(pairOf('ca'), cu)).toMatchObject({ error_code: 1 })
    expect(client.hsm.world.effects.filter((each) => each === 'key generate-asymmetric-pair')).toHaveLength(1)
  })
})

describe('wrapping', () => {
  const outside = generateKeyPairSync('rsa', { modulusLength: 3072 })
  const pem = outside.publicKey.export({ type: 'spki', format: 'pem' })
  const rsaAes = '--hash-function sha256 --mgf mgf1-sha256'
  const payload = '--payload-filter attr.label=ca attr.class=private-key'
  const importWrapping = (client: Client) =>
    client.ok(
      `key import pem --path ${client.write('wrapping.pem', pem)} --label wrapping --key-type-class rsa-public --attributes wrap=true`,
      cu,
    )

  /** Takes a key out of the RSA-AES blob with nothing of ours. */
  function opened(blob: Buffer): Buffer {
    const aes = privateDecrypt({ key: outside.privateKey, oaepHash: 'sha256' }, blob.subarray(0, 384))
    return unwrapPad(aes, blob.subarray(384))
  }

  it('gives out an RSA-AES blob that somebody else opens, and takes one in', async () => {
    const client = await active()
    await client.ok(pairOf('ca'), cu)
    const { key } = await importWrapping(client)
    expect(key.attributes).toMatchObject({ wrap: true, local: false, 'modulus-size-bits': 3072 })
    const path = client.path('blob')
    const answer = await client.ok(
      `key wrap rsa-aes ${payload} --wrapping-filter attr.label=wrapping ${rsaAes} --path ${path}`,
      cu,
    )
    expect(answer).toMatchObject({ 'wrapping-key-reference': key['key-reference'] })
    const pkcs8 = opened(readFileSync(path))
    const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
    const publicPath = client.path('ca.pem')
    await client.ok(
      `key generate-file --encoding pem --path ${publicPath} --filter attr.label=ca attr.class=public-key`,
      cu,
    )
    const signature = sign('sha384', Buffer.from('nonce'), privateKey)
    expect(verify('sha384', Buffer.from('nonce'), readFileSync(publicPath), signature)).toBe(true)

    await client.ok(
      'key generate-asymmetric-pair rsa --modulus-size-bits 2048 --public-exponent 65537 --public-label in --private-label in --public-attributes wrap=true --private-attributes unwrap=true',
      cu,
    )
    const wrapped = await client.ok(
      `key wrap rsa-aes ${payload} --wrapping-filter attr.label=in attr.class=public-key ${rsaAes}`,
      cu,
    )
    const unwrap = `key unwrap rsa-aes --filter attr.label=in attr.class=private-key ${rsaAes} --key-type-class ec-private --label copy`
    const back = await client.ok(`${unwrap} --data ${wrapped['wrapped-key-data']} --attributes sign=true`, cu)
    expect(back.key.attributes).toMatchObject({ local: false, 'always-sensitive': false, sign: true, label: 'copy' })
    const copy = 'crypto sign ecdsa --key-filter attr.label=copy --hash-function sha384'
    const by = await client.ok(`${copy} --data ${Buffer.from('nonce').toString('base64')}`, cu)
    const keyOf = { key: readFileSync(publicPath), dsaEncoding: 'ieee-p1363' } as const
    expect(verify('sha384', Buffer.from('nonce'), keyOf, Buffer.from(by.signature, 'base64'))).toBe(true)
    const damaged = Buffer.from(wrapped['wrapped-key-data'], 'base64')
    damaged[300] = (damaged[300] ?? 0) ^ 1
    expect(await client.cli(`${unwrap} --data ${damaged.toString('base64')}`, cu)).toMatchObject({ error_code: 1 })
  })

  it('wraps what wants a trusted key only with a key that an admin trusts', async () => {
    const client = await active()
    await client.ok(pairOf('ca', '').trimEnd().replace('sign=true', 'sign=true wrap-with-trusted=true'), cu)
    await importWrapping(client)
    const wrap = `key wrap rsa-aes ${payload} --wrapping-filter attr.label=wrapping ${rsaAes}`
    expect(await client.cli(wrap, cu)).toMatchObject({ error_code: 1 })
    const trust = 'key set-attribute --filter attr.label=wrapping --name trusted --value true'
    expect(await client.cli(trust, cu)).toMatchObject({ error_code: 1 })
    expect(await client.ok(trust, admin)).toEqual({ message: 'Attribute set successfully' })
    const { 'wrapped-key-data': data } = await client.ok(wrap, cu)
    expect(
      createPrivateKey({ key: opened(Buffer.from(data, 'base64')), format: 'der', type: 'pkcs8' }).asymmetricKeyType,
    ).toBe('ec')
    expect(judge(client, '--list-objects').match(/Object/g)).toHaveLength(3)
  })

  it('wraps with an AES key, and unwraps with it', async () => {
    const client = await active()
    await client.ok(
      'key generate-symmetric aes --label kek --key-length-bytes 32 --attributes wrap=true unwrap=true extractable=false',
      cu,
    )
    await client.ok(pairOf('ca'), cu)
    const { 'wrapped-key-data': data } = await client.ok(
      `key wrap aes-zero-pad ${payload} --wrapping-filter attr.label=kek`,
      cu,
    )
    const { key } = await client.ok(
      `key unwrap aes-zero-pad --filter attr.label=kek --key-type-class ec-private --label copy --data ${data}`,
      cu,
    )
    expect(key.attributes).toMatchObject({ label: 'copy', class: 'private-key', local: false })
  })

  it('wraps neither what is not extractable nor what is another user’s', async () => {
    const client = await active()
    await client.ok(`user create --username cu2 --role crypto-user --password ${passwordFor('cu2')}`, admin)
    await importWrapping(client)
    await client.ok(pairOf('ca').replace('sign=true', 'sign=true extractable=false'), cu)
    const wrap = `key wrap rsa-aes ${payload} --wrapping-filter attr.label=wrapping ${rsaAes}`
    expect(await client.cli(wrap, cu)).toMatchObject({ error_code: 1 })
    await client.ok('key share --filter attr.label=ca attr.class=private-key --username cu2 --role crypto-user', cu)
    expect(await client.cli(wrap, { user: 'cu2' })).toMatchObject({ error_code: 1 })
  })
})

it('shares a key with another user, who can sign with it and nothing else', async () => {
  const client = await active()
  const cu2 = { user: 'cu2' }
  await client.ok(`user create --username cu2 --role crypto-user --password ${passwordFor('cu2')}`, admin)
  await client.ok(pairOf('ca'), cu)
  const filter = 'attr.label=ca attr.class=private-key'
  const sign = `crypto sign ecdsa --key-filter ${filter} --hash-function sha384 --data AAAA`
  expect(await client.cli(sign, cu2)).toMatchObject({ error_code: 1 })
  expect(await client.ok(`key share --filter ${filter} --username cu2 --role crypto-user`, cu)).toEqual({
    message: 'Key shared successfully',
  })
  await client.ok(sign, cu2)
  expect(await client.cli(`key delete --filter ${filter}`, cu2)).toMatchObject({ error_code: 1 })
  const { matched_keys: keys } = await client.ok(`key list --verbose --filter ${filter}`, cu2)
  expect(keys[0]['key-info']['shared-users']).toEqual([{ username: 'cu2', 'key-coverage': 'full' }])
  await client.ok(`key unshare --filter ${filter} --username cu2 --role crypto-user`, cu)
  expect(await client.cli(sign, cu2)).toMatchObject({ error_code: 1 })
})

it('changes attributes one way, and pages through keys', async () => {
  const client = await active()
  await client.ok(pairOf('ca'), cu)
  const set = (name: string, value: string) =>
    client.cli(`key set-attribute --filter attr.id=0xab12 attr.class=private-key --name ${name} --value ${value}`, cu)
  expect(await set('extractable', 'false')).toMatchObject({ error_code: 0 })
  expect(await set('extractable', 'true')).toMatchObject({ error_code: 1 })
  expect(await set('sensitive', 'false')).toMatchObject({ error_code: 1 })
  expect(await set('label', 'renamed')).toMatchObject({ error_code: 0 })
  expect(await client.ok('key list --max-items 1', cu)).toMatchObject({
    total_key_count: 2,
    returned_key_count: 1,
    next_token: '1',
  })
  expect((await client.ok('key list --max-items 1 --starting-token 1', cu)).next_token).toBeUndefined()
  expect(await client.cli('key delete --filter attr.key-type=ec', cu)).toEqual({
    error_code: 1,
    data: 'Key selection criteria matched 2 keys. Refine selection criteria to select a single key.',
  })
})

it('changes the PIN of the token with the password, and keeps the keys', async () => {
  const client = await active()
  await client.ok(pairOf('ca'), cu)
  await client.ok('user change-password --username cu --role crypto-user --password another-one', admin)
  expect(() => judge(client, '--list-objects')).toThrow()
  expect((await client.ok('key list', { user: 'cu', password: 'another-one' })).total_key_count).toBe(2)
})
