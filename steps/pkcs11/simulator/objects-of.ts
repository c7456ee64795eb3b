import { readdir, readFile } from 'node:fs/promises'
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
export async function objectsOf(name: string, folder: string): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.object') && file !== 'token.object')
  const contents = await Promise.all(files.map((file) => readFile(join(folder, file))))
  return contents.map((bytes) => `${name}: ${classOf(bytes)}`)
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
