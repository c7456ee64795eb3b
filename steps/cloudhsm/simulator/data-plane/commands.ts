import type { Call, Reply } from './command.ts'
import { setAttribute, share } from './change-key-commands.ts'
import { deleteKey, generateAes, generateFile, generatePair, importPem, listKeys } from './key-commands.ts'
import { signData, verifyData } from './crypto-commands.ts'
import { hsmInfo } from './hsm-info.ts'
import {
  deleteTokens,
  generateToken,
  listQuorumValues,
  listTimeouts,
  listTokens,
  setQuorumValue,
} from './quorum-commands.ts'
import { unwrapKey } from './unwrap-commands.ts'
import { wrapKey } from './wrap-commands.ts'
import {
  activate,
  changePassword,
  createUser,
  deleteUser,
  listUsers,
  logIn,
  logOut,
  registerQuorumKey,
} from './user-commands.ts'

interface Command {
  /** Its name in faults: words without the mechanism at the end. */
  readonly words: string
  /** `look`: changes nothing; `session`: nothing but who is logged in. */
  readonly effect: 'look' | 'session' | 'change'
  /** Whether it may be done in fewer HSMs than it must be: a fault. */
  readonly partly?: boolean
  run(call: Call): Reply | Promise<Reply>
}

const look = (words: string, run: Command['run']): Command => ({ words, effect: 'look', run })
const session = (words: string, run: Command['run']): Command => ({ words, effect: 'session', run })
const change = (words: string, run: Command['run'], partly = false): Command => ({
  words,
  effect: 'change',
  run,
  ...(partly ? { partly } : {}),
})

const pair = 'key generate-asymmetric-pair'

/** Commands of the CLI, by their words. */
export const commands: ReadonlyMap<string, Command> = new Map([
  ['cluster activate', change('cluster activate', activate)],
  ['cluster hsm-info', look('cluster hsm-info', hsmInfo)],
  ['login', session('login', logIn)],
  ['logout', session('logout', logOut)],
  ['user create', change('user create', createUser)],
  ['user delete', change('user delete', deleteUser)],
  ['user list', look('user list', listUsers)],
  ['user change-password', change('user change-password', changePassword)],
  ['user change-quorum token-sign register', change('user change-quorum token-sign register', registerQuorumKey)],
  ['quorum token-sign generate', session('quorum token-sign generate', generateToken)],
  ['quorum token-sign list', look('quorum token-sign list', listTokens)],
  ['quorum token-sign list-quorum-values', look('quorum token-sign list-quorum-values', listQuorumValues)],
  ['quorum token-sign list-timeouts', look('quorum token-sign list-timeouts', listTimeouts)],
  ['quorum token-sign set-quorum-value', change('quorum token-sign set-quorum-value', setQuorumValue)],
  ['quorum token-sign delete', session('quorum token-sign delete', deleteTokens)],
  ['key list', look('key list', listKeys)],
  [`${pair} rsa`, change(pair, (call) => generatePair(call, 'rsa'), true)],
  [`${pair} ec`, change(pair, (call) => generatePair(call, 'ec'), true)],
  ['key generate-symmetric aes', change('key generate-symmetric', generateAes, true)],
  ['key import pem', change('key import', importPem)],
  ['key set-attribute', change('key set-attribute', setAttribute)],
  ['key share', change('key share', (call) => share(call, true))],
  ['key unshare', change('key unshare', (call) => share(call, false))],
  ['key delete', change('key delete', deleteKey)],
  ['key generate-file', look('key generate-file', generateFile)],
  ['key wrap rsa-aes', look('key wrap', (call) => wrapKey(call, 'rsa-aes'))],
  ['key wrap rsa-oaep', look('key wrap', (call) => wrapKey(call, 'rsa-oaep'))],
  ['key wrap aes-zero-pad', look('key wrap', (call) => wrapKey(call, 'aes-zero-pad'))],
  ['key unwrap rsa-aes', change('key unwrap', (call) => unwrapKey(call, 'rsa-aes'), true)],
  ['key unwrap rsa-oaep', change('key unwrap', (call) => unwrapKey(call, 'rsa-oaep'), true)],
  ['key unwrap aes-zero-pad', change('key unwrap', (call) => unwrapKey(call, 'aes-zero-pad'), true)],
  ['crypto sign rsa-pkcs', look('crypto sign', (call) => signData(call, 'rsa-pkcs'))],
  ['crypto sign ecdsa', look('crypto sign', (call) => signData(call, 'ecdsa'))],
  ['crypto verify rsa-pkcs', look('crypto verify', (call) => verifyData(call, 'rsa-pkcs'))],
  ['crypto verify ecdsa', look('crypto verify', (call) => verifyData(call, 'ecdsa'))],
])

/** A command's name in faults: `user_create`. */
export function faultOperation(words: string): string {
  return words.replace(/[ -]/g, '_')
}
