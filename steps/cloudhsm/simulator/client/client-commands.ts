import type { OptionSpec, OptionSpecs } from './client-arguments.ts'

const text: OptionSpec = { kind: 'text' }
const needed: OptionSpec = { kind: 'text', required: true }
const list: OptionSpec = { kind: 'list' }
const filter: OptionSpec = { kind: 'list', required: true }
const flag: OptionSpec = { kind: 'flag' }
const read: OptionSpec = { kind: 'read' }
const readNeeded: OptionSpec = { kind: 'read', required: true }
const write: OptionSpec = { kind: 'write' }
const writeNeeded: OptionSpec = { kind: 'write', required: true }
const oneOf = (...values: readonly string[]): OptionSpec => ({ kind: 'text', required: true, values })
const optionalOneOf = (...values: readonly string[]): OptionSpec => ({ kind: 'text', values })

const role = oneOf('admin', 'crypto-user')
const hashes = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512']
const hash = oneOf(...hashes)
const mgf = oneOf(...hashes.map((each) => `mgf1-${each}`))
const user = { username: needed, role }
const password: OptionSpecs = { password: { kind: 'password' } }
const newPassword: OptionSpecs = { password: { kind: 'new-password' } }
const approval = { approval: read }

const pair = {
  'public-label': needed,
  'private-label': needed,
  session: flag,
  'public-attributes': list,
  'private-attributes': list,
  'share-crypto-users': list,
  'manage-private-key-quorum-value': text,
  'use-private-key-quorum-value': text,
}
const wrap = {
  'payload-filter': filter,
  'wrapping-filter': filter,
  path: write,
  'wrapping-approval': read,
  'payload-approval': read,
}
const unwrap = {
  filter,
  'data-path': read,
  data: text,
  attributes: list,
  'share-crypto-users': list,
  'manage-key-quorum-value': text,
  'use-key-quorum-value': text,
  'key-type-class': oneOf('aes', 'des3', 'ec-private', 'generic-secret', 'rsa-private'),
  label: needed,
  session: flag,
  ...approval,
}
const data = { 'data-path': read, data: text, 'data-type': optionalOneOf('raw', 'digest') }
const sign = { 'key-filter': filter, 'hash-function': hash, ...data, ...approval }
const verify = { 'key-filter': filter, 'hash-function': hash, ...data, 'signature-path': read, signature: text }

/**
 * The commands of the CloudHSM CLI with their options, as AWS documents them for SDK 5.
 */
export const commands: Readonly<Record<string, OptionSpecs>> = {
  'cluster activate': newPassword,
  'cluster hsm-info': {},
  login: { ...user, ...password },
  logout: {},
  'user create': { ...user, ...newPassword, ...approval },
  'user delete': { ...user, ...approval },
  'user list': {},
  'user change-password': {
    ...user,
    ...newPassword,
    ...approval,
    'deregister-mfa': flag,
    'deregister-quorum': flag,
  },
  'user change-quorum token-sign register': { 'public-key': readNeeded, 'signed-token': readNeeded },
  'quorum token-sign generate': {
    service: oneOf('user', 'quorum', 'cluster', 'registration', 'key-usage', 'key-management'),
    token: writeNeeded,
    filter: list,
  },
  'quorum token-sign list': {},
  'quorum token-sign list-quorum-values': {},
  'quorum token-sign list-timeouts': {},
  'quorum token-sign set-quorum-value': { service: oneOf('user', 'quorum', 'cluster'), value: needed, ...approval },
  'quorum token-sign delete': { scope: oneOf('user', 'all') },
  'key list': { filter: list, 'max-items': text, 'starting-token': text, verbose: flag },
  'key generate-asymmetric-pair rsa': { 'modulus-size-bits': needed, 'public-exponent': needed, ...pair },
  'key generate-asymmetric-pair ec': {
    curve: oneOf('prime256v1', 'secp256r1', 'secp224r1', 'secp384r1', 'secp256k1', 'secp521r1', 'ed25519'),
    ...pair,
  },
  'key generate-symmetric aes': {
    label: needed,
    'key-length-bytes': oneOf('16', '24', '32'),
    attributes: list,
    session: flag,
    'share-crypto-users': list,
    'manage-key-quorum-value': text,
    'use-key-quorum-value': text,
  },
  'key import pem': {
    path: readNeeded,
    label: needed,
    'key-type-class': oneOf('ec-public', 'rsa-public'),
    attributes: list,
  },
  'key set-attribute': { filter, name: needed, value: needed, ...approval },
  'key share': { filter, ...user, ...approval },
  'key unshare': { filter, ...user, ...approval },
  'key delete': { filter },
  'key generate-file': { encoding: oneOf('pem'), path: writeNeeded, filter },
  'key wrap rsa-aes': { ...wrap, 'hash-function': hash, mgf },
  'key wrap rsa-oaep': { ...wrap, 'hash-function': hash, mgf },
  'key wrap aes-zero-pad': wrap,
  'key unwrap rsa-aes': { ...unwrap, 'hash-function': hash, mgf },
  'key unwrap rsa-oaep': { ...unwrap, 'hash-function': hash, mgf },
  'key unwrap aes-zero-pad': unwrap,
  'crypto sign rsa-pkcs': sign,
  'crypto sign ecdsa': sign,
  'crypto verify rsa-pkcs': verify,
  'crypto verify ecdsa': verify,
}

/** Commands that need nobody who is logged in. */
export const withoutLogin: readonly string[] = [
  ...['cluster activate', 'cluster hsm-info', 'user list', 'login'],
  'quorum token-sign list-quorum-values',
]

export interface FoundCommand {
  readonly command: string
  readonly specs: OptionSpecs
  /** What is behind its words. */
  readonly rest: readonly string[]
}

/** The longest command that the words begin with. */
export function findCommand(words: readonly string[]): FoundCommand | undefined {
  for (let count = Math.min(4, words.length); count > 0; count -= 1) {
    const command = words.slice(0, count).join(' ')
    const specs = commands[command]
    if (specs !== undefined)
      return { command, specs: { ...specs, 'cluster-id': text }, rest: words.slice(count).map(long) }
  }
  return undefined
}

/** `-v` is the one option with a short name. */
const long = (word: string): string => (word === '-v' ? '--verbose' : word)
