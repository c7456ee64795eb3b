import { constants, createHash, createPublicKey, publicDecrypt, verify } from 'node:crypto'
import { mechanismTypes } from '../../../pkcs11/token/constants.ts'
import { requireApproval } from './approvals.ts'
import { isAssociated } from './change-key-commands.ts'
import { type Call, type Reply, requireLogin } from './command.ts'
import { CliError } from './cli-error.ts'
import { getKey, requireAvailable } from './find-keys.ts'

/** DER of a DigestInfo up to the digest, by hash. @see RFC 8017 section 9.2 note 1 */
const digestInfos: Readonly<Record<string, string>> = {
  sha1: '3021300906052b0e03021a05000414',
  sha224: '302d300d06096086480165030402040500041c',
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
}

type SignMechanism = 'ecdsa' | 'rsa-pkcs'

export async function signData(call: Call, kind: SignMechanism): Promise<Reply> {
  const { options, world } = call
  const login = requireLogin(call, 'crypto-user')
  const key = await getKey(call, options.list('key-filter'))
  requireAvailable(call, key)
  if (key.class !== 'private-key' || key.booleans.SIGN !== true || key.type !== typeOf(kind))
    throw new CliError('Key cannot sign with this mechanism')
  const digest = digestOf(call)
  const use = requireApproval(call, login, {
    service: 'key-usage',
    value: key.note.useQuorum ?? 0,
    keyReference: key.reference,
    may: ({ name }) => isAssociated(key, name),
  })
  const [mechanism, data] =
    kind === 'ecdsa'
      ? [mechanismTypes.ECDSA, digest]
      : [mechanismTypes.RSA_PKCS, digestInfo(options.text('hash-function'), digest)]
  const signature = await world.keys.use(key.token, (session) =>
    session.call('sign', { mechanism: { mechanism }, key: key.handle, data: new Uint8Array(data), length: 512 }),
  )
  use()
  return { data: { 'key-reference': key.reference, signature: Buffer.from(signature).toString('base64') } }
}

export async function verifyData(call: Call, kind: SignMechanism): Promise<Reply> {
  const { options } = call
  requireLogin(call, 'crypto-user')
  const key = await getKey(call, options.list('key-filter'))
  requireAvailable(call, key)
  if (key.class !== 'public-key' || key.booleans.VERIFY !== true || key.type !== typeOf(kind) || key.spki === undefined)
    throw new CliError('Key cannot verify with this mechanism')
  const signature = options.data('signature', 'signature-path')
  const right = kind === 'ecdsa' ? verifyEc(call, key.spki, signature) : verifyRsa(call, key.spki, signature)
  if (!right) throw new CliError('Signature verification failed')
  return { data: { message: 'Signature verified successfully' } }
}

function verifyEc(call: Call, spki: Uint8Array, signature: Buffer): boolean {
  const { options } = call
  if (options.find('data-type') === 'digest') throw new CliError('Verifying a digest with ECDSA is not simulated')
  const key = { key: Buffer.from(spki), format: 'der', type: 'spki', dsaEncoding: 'ieee-p1363' } as const
  return verify(options.text('hash-function'), options.data('data', 'data-path'), key, signature)
}

function verifyRsa(call: Call, spki: Uint8Array, signature: Buffer): boolean {
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  try {
    const found = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature)
    return found.equals(digestInfo(call.options.text('hash-function'), digestOf(call)))
  } catch {
    return false // no padding of a signature
  }
}

function typeOf(kind: SignMechanism): 'ec' | 'rsa' {
  return kind === 'ecdsa' ? 'ec' : 'rsa'
}

/** @throws {CliError} when what is said to be a digest has another length */
function digestOf({ options }: Call): Buffer {
  const hash = options.text('hash-function')
  const data = options.data('data', 'data-path')
  if (options.find('data-type') !== 'digest') return createHash(hash).update(data).digest()
  if (data.length !== createHash(hash).digest().length) throw new CliError('Data is not a digest of this hash function')
  return data
}

function digestInfo(hash: string, digest: Buffer): Buffer {
  return Buffer.concat([Buffer.from(digestInfos[hash] ?? '', 'hex'), digest])
}
