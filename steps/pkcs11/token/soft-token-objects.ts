import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** `CKO_` by value. */
const classes = new Map([
  [1, 'certificate'],
  [2, 'public key'],
  [3, 'private key'],
  [4, 'secret key'],
])

/** Kinds of attribute values in SoftHSM's files, with the bytes that a value of fixed length takes. */
const fixedLengths = new Map([
  [1, 1],
  [2, 8],
])

/**
 * What SoftHSM keeps in a token's folder, a line an object, read from its files and not through PKCS#11: `rootToken: private key`.
 * An object file is a counter of changes, then attributes: type, kind, and value; all numbers have 8 bytes, most significant first.
 */
export function objectsOf(name: string, folder: string): readonly string[] {
  return objectsIn(folder).map((object) => `${name}: ${object}`)
}

/** The class of each object in a token's folder: `private key`. */
export function objectsIn(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.object') && file !== 'token.object')
  return files.map((file) => classOf(readFileSync(join(folder, file))))
}

function classOf(bytes: Buffer): string {
  const number = (at: number): number => Number(bytes.readBigUInt64BE(at))
  for (let at = 8; at + 24 <= bytes.length;) {
    const [type, kind] = [number(at), number(at + 8)]
    if (type === 0) return classes.get(number(at + 16)) ?? `object of class ${number(at + 16)}`
    at += 16 + (fixedLengths.get(kind) ?? 8 + number(at + 16))
  }
  return 'torn object'
}
