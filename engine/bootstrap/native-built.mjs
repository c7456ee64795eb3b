// @ts-check
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Whether pkcs11js, the one package with native code, is compiled. @param {string} root */
export function nativeBuilt(root) {
  return existsSync(join(root, 'node_modules/pkcs11js/build/Release/pkcs11.node'))
}
