import { expect, it } from 'vitest'
import { assemble } from '../../../../steps/x509/model/assemble.ts'
import { certificateTbs } from '../../../../steps/x509/model/certificate-tbs.ts'
import { parseCertificate, verifyCertificate } from '../../../../steps/x509/model/certificate.ts'
import {
  authorityKeyIdentifier,
  basicConstraints,
  subjectKeyIdentifier,
} from '../../../../steps/x509/model/extension.ts'
import { parseName } from '../../../../steps/x509/model/name.ts'
import { awsRootSha256 } from '../../../../steps/cloudhsm/published-roots.ts'

/** Modulus, key identifier and signature as the user guide of AWS CloudHSM prints them. */
const modulus = `
c8e3f62ae01f1e6673001e57dc3e69f19b737324586085804599a2853fe7f967419f39d2e8e188ec18075c3898255a455f1fc4600e29e4ac
65f0b6928334621ae7c6ae0f406652bb0b6ac6782757d6323b6c0a837da7e9a16c104627742c6e863afd71181f848e0084bb00dc57d84894
5c137aff3b375260cd5a64573595df676839e2f985ad59eea69a977535f4e13208d30e2fbc3304f334e8c9b518fd6983e0b75ab43fce1c2f
b51e0f4f15f027002367d5b82ccbd6efeb3425802833fae63a31587a0bfd4f6dd31c6410478c4fabe3610ca2a90b2de659f41c2c922aa4f9
a483213a66dcc7750615fe839df8257f3b66e8aa9fd1e5ba1d5ac52e21ee5261
`
const signature = `
71ffe546279cd085975ec0829ad41b4896752a4032078095c5eb261b46377e86129968b115bbf555856fa2e4287047730784fc1228cc8b3e
b8f66085bb236acb6ea7ed827eed649cc1dfc851dbb9a476eeba53aae73086745ebe2f1ac18830c46102509fc9807b7ef51e49c86c1a3900
4d981e21264a02f5d53e6c47d99c946fd7252e1d7ca318ee8a328a15f3853976c3b9ba4e580c5b65442eebab6c279aa667df22d481022ec6
341bfe55318bd57357d80e0d5a277dce3d3b8480b33200e06af0328a852af8de20bf65f7c9a842c9cbfa03d410295e2563a571062e72788a
05c3f956e9b1e42b6ef7465db312ed142a51d4565648ab7dfed649afd68e8462
`
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))

it('is the fingerprint of the root that the user guide prints, which its own signature fits', () => {
  const keyId = bytes('27006b50d54f388a352138d30da95ed21039a4eb')
  const name = parseName(
    'C=US, ST=Virginia, L=Herndon, O=Amazon Web Services INC., OU=CloudHSM, CN=AWS CloudHSM Root G1',
    'utf8',
  )
  const tbs = certificateTbs({
    serial: 'f924eeeecf9ea64f',
    signatureAlgorithm: 'rsa-pkcs1-sha256',
    issuer: name,
    notBefore: new Date('2017-04-28T08:37:46Z'),
    notAfter: new Date('2027-04-26T08:37:46Z'),
    subject: name,
    publicKeySpki: rsaSpki(bytes(modulus)),
    extensions: [subjectKeyIdentifier(keyId), authorityKeyIdentifier(keyId), basicConstraints({ ca: true }, false)],
  })
  const root = parseCertificate(assemble(tbs, 'rsa-pkcs1-sha256', bytes(signature)))
  expect(verifyCertificate(root, root)).toBe(true)
  expect(root.fingerprintSha256).toBe(awsRootSha256)
})

/** SubjectPublicKeyInfo of an RSA key of 2048 bits with exponent 65537. */
function rsaSpki(n: Uint8Array): Uint8Array {
  const before = '30820122300d06092a864886f70d01010105000382010f003082010a0282010100'
  return Uint8Array.from(Buffer.concat([Buffer.from(before, 'hex'), n, Buffer.from('0203010001', 'hex')]))
}
