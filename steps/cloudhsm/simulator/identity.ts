import { createPrivateKey, randomBytes } from 'node:crypto'
import { assemble } from '../../x509/model/assemble.ts'
import { certificatePem, parseCertificate } from '../../x509/model/certificate.ts'
import { certificateTbs } from '../../x509/model/certificate-tbs.ts'
import { assembleCsr, csrPem, csrTbs } from '../../x509/model/csr.ts'
import { keyIdentifier } from '../../x509/model/digest.ts'
import { authorityKeyIdentifier, basicConstraints, keyUsage, subjectKeyIdentifier } from '../../x509/model/extension.ts'
import { parseName } from '../../x509/model/name.ts'
import { serialFrom } from '../../x509/model/serial.ts'
import { signLocally } from '../../x509/model/signature.ts'
import type { CloudHsmWorld } from './context.ts'
import { hardwareYears, makeKey, rootsIn, yearsFrom } from './roots.ts'
import type { Cluster, Hsm } from './state.ts'

const algorithm = 'rsa-pkcs1-sha256'

/** Who signs, by name. */
interface Issuer {
  readonly privateKeyPem: string
  readonly spki: Uint8Array
  /** DER Name. */
  readonly name: Uint8Array
}

/**
 * What a cluster is known by until it is initialized. Its key is in the HSM certificate and in the CSR. The hardware's key has signed
 * the HSM certificate, and AWS and the manufacturer each have certified the hardware's key.
 */
export function makeIdentity(
  { mode, hsmType }: Pick<Cluster, 'mode' | 'hsmType'>,
  { serialNumber }: Pick<Hsm, 'serialNumber'>,
  { folder, realNow }: Pick<CloudHsmWorld, 'folder' | 'realNow'>,
): NonNullable<Cluster['identity']> {
  const roots = rootsIn(folder, realNow())
  const [cluster, hardware] = [makeKey(), makeKey()]
  const organization = `C=US, ST=CA, O=Cavium, OU=${hsmType.startsWith('hsm1') ? 'N3FIPS' : 'LS2'}, L=SanJose`
  const hardwareName = parseName(`${organization}, CN=HSM:${serialNumber}`)
  const clusterName = parseName(
    `${organization}, CN=HSM:${serialNumber}:PARTN:1\\, for ${mode === 'FIPS' ? 'FIPS' : 'non-FIPS'} mode`,
  )
  const certify = (issuer: Issuer, subject: Uint8Array, spki: Uint8Array, ca: boolean): string => {
    const tbs = certificateTbs({
      serial: serialFrom(randomBytes(16)),
      signatureAlgorithm: algorithm,
      issuer: issuer.name,
      notBefore: yearsFrom(realNow(), -1),
      notAfter: yearsFrom(realNow(), hardwareYears - 1),
      subject,
      publicKeySpki: spki,
      extensions: [
        basicConstraints({ ca }),
        keyUsage(ca ? ['keyCertSign', 'cRLSign'] : ['digitalSignature', 'keyEncipherment']),
        subjectKeyIdentifier(keyIdentifier(spki)),
        authorityKeyIdentifier(keyIdentifier(issuer.spki)),
      ],
    })
    return certificatePem(assemble(tbs, algorithm, signed(issuer.privateKeyPem, tbs)))
  }
  const vouchFor = (root: (typeof roots)['aws']): string => {
    const { subject: name, spki } = parseCertificate(root.certificatePem)
    return certify({ privateKeyPem: root.privateKeyPem, spki, name }, hardwareName, hardware.spki, true)
  }
  const request = csrTbs({ subject: clusterName, publicKeySpki: cluster.spki })
  return {
    privateKeyPem: cluster.privateKeyPem,
    csrPem: csrPem(assembleCsr(request, algorithm, signed(cluster.privateKeyPem, request))),
    hsmCertificatePem: certify({ ...hardware, name: hardwareName }, clusterName, cluster.spki, false),
    awsHardwareCertificatePem: vouchFor(roots.aws),
    manufacturerHardwareCertificatePem: vouchFor(roots.manufacturer),
  }
}

function signed(privateKeyPem: string, tbs: Uint8Array): Uint8Array {
  return signLocally(createPrivateKey(privateKeyPem), algorithm, tbs)
}
