import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { algorithmOf } from './algorithm.ts'
import { bytesEqual, hexOf } from './bytes.ts'
import { type Certificate, parseCertificate } from './certificate.ts'
import { type CertificateList, parseCertificateList } from './certificate-list.ts'
import { context, sequence } from './der.ts'
import { childrenOf, readDer } from './der-reader.ts'
import { keyIdentifier } from './digest.ts'
import { authorityKeyIdentifier, encodeExtension, type Extension, subjectKeyIdentifier } from './extension.ts'
import { invalid } from './invalid.ts'
import { extensionOids } from './oids.ts'
import { publicKeyKind, publicKeyText } from './public-key.ts'
import { signLocally } from './signature.ts'
import { encodeSigned, readSigned } from './signed.ts'
import { readTbsCertificate, type TbsCertificate } from './tbs-certificate.ts'
import { readTbsCrl } from './tbs-crl.ts'

/** A certificate as it will be, but signed by a key that nobody keeps; and the issuer it verifies under. */
export interface ThrowAwayCopy {
  readonly certificate: Certificate
  readonly issuer: Certificate
}

/**
 * Signs a copy of a prepared certificate with a throw-away key of the same kind, so that the whole certificate can be
 * judged before the real key signs anything. Without `issuer` it is a self-signed root, in which the throw-away key
 * takes the place of its own (public key, key identifiers made from it). With `issuer` the to-be-signed part stays as it
 * is, and the copy of the issuer has the throw-away key.
 *
 * @throws {StepError} `invalid` when `tbs` is no certificate, or is not self-issued and has no `issuer`
 */
export async function throwAwayCopy(tbs: Uint8Array, issuer?: Certificate): Promise<ThrowAwayCopy> {
  const parsed = readTbsCertificate(tbs)
  if (issuer === undefined) {
    if (!bytesEqual(parsed.issuer, parsed.subject))
      throw invalid(`certificate \`${parsed.subjectText}\` is not self-issued, and its issuer is not given`)
    const certificate = signedBy(await throwAwayKey(parsed.spki), parsed, true)
    return { certificate, issuer: certificate }
  }
  const key = await throwAwayKey(issuer.spki)
  const signature = signLocally(key.privateKey, algorithmOf(parsed.algorithmIdentifier), tbs)
  const certificate = parseCertificate(encodeSigned(tbs, algorithmOf(parsed.algorithmIdentifier), signature))
  return { certificate, issuer: signedBy(key, issuer, false) }
}

/** As {@link throwAwayCopy}, for a prepared CRL. */
export async function throwAwayCrl(
  tbs: Uint8Array,
  issuer: Certificate,
): Promise<{ readonly list: CertificateList; readonly issuer: Certificate }> {
  const algorithm = algorithmOf(readTbsCrl(tbs).algorithmIdentifier)
  const key = await throwAwayKey(issuer.spki)
  const list = parseCertificateList(encodeSigned(tbs, algorithm, signLocally(key.privateKey, algorithm, tbs)))
  return { list, issuer: signedBy(key, issuer, false) }
}

/** True when exactly these bytes were signed: the last check between what was approved and what came out. */
export function tbsEquals(signedDer: Uint8Array, tbs: Uint8Array): boolean {
  return bytesEqual(readSigned(signedDer, 'signed structure').tbs, tbs)
}

interface ThrowAwayKey {
  readonly privateKey: KeyObject
  readonly spki: Uint8Array
}

async function throwAwayKey(like: Uint8Array): Promise<ThrowAwayKey> {
  const kind = publicKeyKind(like)
  if (kind.kind === 'other') throw invalid(`no throw-away key can be made like \`${publicKeyText(like)}\``)
  const { privateKey, publicKey } =
    kind.kind === 'rsa'
      ? await promisify(generateKeyPair)('rsa', { modulusLength: kind.modulusBits })
      : await promisify(generateKeyPair)('ec', { namedCurve: kind.curve })
  return { privateKey, spki: Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' })) }
}

function signedBy(key: ThrowAwayKey, original: TbsCertificate, renewIdentifiers: boolean): Certificate {
  const algorithm = algorithmOf(original.algorithmIdentifier)
  const extensions = renewIdentifiers
    ? original.extensions.map((each) => renewed(each, original.spki, key.spki))
    : original.extensions
  const fields = childrenOf(readDer(original.tbs, 'certificate'), 'certificate').map(({ tag, bytes }) => {
    if (bytesEqual(bytes, original.spki)) return key.spki
    return tag === 0xa3 ? context(3, sequence(...extensions.map(encodeExtension))) : bytes
  })
  const tbs = sequence(...fields)
  return parseCertificate(encodeSigned(tbs, algorithm, signLocally(key.privateKey, algorithm, tbs)))
}

/** The same extension, unless it is exactly the key identifier that the old key gives: then the new key's. */
function renewed(extension: Extension, oldSpki: Uint8Array, newSpki: Uint8Array): Extension {
  const makers = new Map([
    [extensionOids.subjectKeyIdentifier as string, subjectKeyIdentifier],
    [extensionOids.authorityKeyIdentifier as string, authorityKeyIdentifier],
  ])
  const make = makers.get(extension.oid)
  if (make === undefined || hexOf(make(keyIdentifier(oldSpki)).value) !== hexOf(extension.value)) return extension
  return { ...extension, value: make(keyIdentifier(newSpki)).value }
}
