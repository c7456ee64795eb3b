import { createHash, randomBytes } from 'node:crypto'
import type { JsonObject } from '../../../../engine/step/json.ts'
import { mechanismTypes } from '../../../pkcs11/token/constants.ts'
import type { Handle } from '../../../pkcs11/token/protocol.ts'
import type { Session } from '../../../pkcs11/token/sessions.ts'
import { ecdsaSignatureDer } from '../../../pkcs11/token/signer.ts'
import { assemble } from '../../../x509/model/assemble.ts'
import { certificatePem, parseCertificate } from '../../../x509/model/certificate.ts'
import { parseCertificateList } from '../../../x509/model/certificate-list.ts'
import { crlTbs } from '../../../x509/model/crl.ts'
import { encodePem } from '../../../x509/model/pem.ts'
import { parseName } from '../../../x509/model/name.ts'
import { rootTbs } from '../../../x509/model/root.ts'
import { serialFrom } from '../../../x509/model/serial.ts'
import { yearsFrom } from '../roots.ts'

/** A P-384 key of a token that signs for a root CA. */
interface RootKey {
  readonly session: Session
  readonly privateKey: Handle
  readonly spki: Uint8Array
}

const signatureAlgorithm = 'ecdsa-p384-sha384'

/**
 * What a root CA that was made long ago has published: its certificate, and its first CRL, which lists nothing.
 *
 * @param realNow the real clock, which certificates go by
 */
export async function seedRootCa(subject: string, key: RootKey, realNow: number): Promise<JsonObject> {
  const notBefore = yearsFrom(realNow, -1)
  const dates = { notBefore, notAfter: yearsFrom(realNow, 19) }
  const serial = serialFrom(randomBytes(16))
  const names = { subject: parseName(subject), publicKeySpki: key.spki, serial, signatureAlgorithm } as const
  const root = parseCertificate(await signed(rootTbs({ ...names, ...dates }), key))
  const crl = crlTbs({
    issuer: root,
    signatureAlgorithm,
    thisUpdate: notBefore,
    nextUpdate: yearsFrom(realNow, 1),
    crlNumber: 1,
    revoked: [],
  })
  const list = parseCertificateList(await signed(crl, key))
  return { certificatePem: certificatePem(root), crlPem: encodePem('X509 CRL', list.der) }
}

async function signed(tbs: Uint8Array, { session, privateKey }: RootKey): Promise<Uint8Array> {
  const data = new Uint8Array(createHash('sha384').update(tbs).digest())
  const mechanism = { mechanism: mechanismTypes.ECDSA }
  const signature = await session.call('sign', { mechanism, key: privateKey, data, length: 512 })
  return assemble(tbs, signatureAlgorithm, ecdsaSignatureDer(signature))
}
