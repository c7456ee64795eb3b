import { Type } from 'typebox'
import { pemText, sha256Hex } from '../../engine/step/schema.ts'
import { keyAlgorithms } from './token/public-key.ts'

/** A label that tokens keep as it is: CKA_LABEL. */
export function keyLabel(description: string) {
  return Type.String({
    description,
    pattern: '^[!-~]([ -~]{0,62}[!-~])?$',
    'x-runbook-wants': '1 to 64 printable ASCII characters, no space at either end',
  })
}

/** CKA_ID as runbooks carry it. */
export function keyId(description: string) {
  return Type.String({ description, pattern: '^([0-9a-f]{2})+$', 'x-runbook-wants': 'lower-case hex of whole bytes' })
}

export function keyAlgorithm(description: string) {
  return Type.Enum([...keyAlgorithms], { description })
}

export function keyPurpose(description: string) {
  return Type.Enum(['sign', 'unwrap'], { description, default: 'sign' })
}

/** Boolean attributes as the token tells them, by their names without `CKA_`; what it does not tell is missing. */
function keyAttributes(description: string) {
  const booleans = (of: string) =>
    Type.Record(Type.String(), Type.Boolean(), { description: `Boolean attributes of the ${of} object` })
  return Type.Object(
    { private: booleans('private'), public: booleans('public') },
    { description, additionalProperties: false },
  )
}

/** Outputs of every step that makes or reads a key pair. */
export const keyPairOutputs = {
  keyId: keyId('CKA_ID of both objects. Of a key that a run made: the id of its effect, in ASCII'),
  label: Type.String({ description: 'CKA_LABEL' }),
  algorithm: keyAlgorithm('Kind and size of the key'),
  publicKeyPem: pemText('The public key'),
  spkiSha256: sha256Hex('SHA-256 of the public key (SubjectPublicKeyInfo, DER)'),
  attributes: keyAttributes('Attributes as the token tells them'),
}
