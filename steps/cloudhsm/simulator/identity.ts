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
import { clusterAlgorithm, hardwareAlgorithm, makeKey, type MadeKey } from './make-key.ts'
import { hardwareYears, rootsIn, yearsFrom, type HardwareRoot } from './roots.ts'
import type { Cluster, Hsm } from './state.ts'

/** Who signs, by name. */
interface Issuer extends MadeKey {
  /** DER Name. */
  readonly name: Uint8Array
}

/** A cluster's key, and the CSR for it. */
export interface ClusterKey extends MadeKey {
  readonly csrPem: string
  /** DER Name: the HSM, its partition and its mode. */
  readonly subject: Uint8Array
}

type Kind = Pick<Cluster, 'mode' | 'hsmType'>
type Serial = Pick<Hsm, 'serialNumber'>

/** Makes the key of a cluster in its first HSM. */
export function makeClusterKey(kind: Kind, { serialNumber }: Serial): ClusterKey {
  const key = makeKey('cluster')
  const mode = kind.mode === 'FIPS' ? 'FIPS' : 'non-FIPS'
  const subject = parseName(`${organization(kind)}, CN=HSM:${serialNumber}:PARTN:1\\, for ${mode} mode`)
  const tbs = csrTbs({ subject, publicKeySpki: key.spki })
  const signature = signLocally(createPrivateKey(key.privateKeyPem), clusterAlgorithm, tbs)
  return { ...key, subject, csrPem: csrPem(assembleCsr(tbs, clusterAlgorithm, signature)) }
}

/**
 * What a cluster is known by until it is initialized. Its key is in the HSM certificate and in the CSR. The hardware's key has signed
 * the HSM certificate, and AWS and the manufacturer each have certified the hardware's key.
 */
export function makeIdentity(
  kind: Kind,
  hsm: Serial,
  { folder, realNow }: Pick<CloudHsmWorld, 'folder' | 'realNow'>,
): NonNullable<Cluster['identity']> {
  const now = realNow()
  const roots = rootsIn(folder, now)
  const { privateKeyPem, csrPem: csr, spki, subject } = makeClusterKey(kind, hsm)
  const hardware = { ...makeKey('hardware'), name: parseName(`${organization(kind)}, CN=HSM:${hsm.serialNumber}`) }
  const vouchedFor = (root: HardwareRoot): string => {
    const parsed = parseCertificate(root.certificatePem)
    const issuer = { privateKeyPem: root.privateKeyPem, spki: parsed.spki, name: parsed.subject }
    return certify(issuer, hardware.name, hardware.spki, true, now)
  }
  return {
    privateKeyPem,
    csrPem: csr,
    hsmCertificatePem: certify(hardware, subject, spki, false, now),
    awsHardwareCertificatePem: vouchedFor(roots.aws),
    manufacturerHardwareCertificatePem: vouchedFor(roots.manufacturer),
  }
}

function organization({ hsmType }: Kind): string {
  return `C=US, ST=CA, O=Cavium, OU=${hsmType.startsWith('hsm1') ? 'N3FIPS' : 'LS2'}, L=SanJose`
}

function certify(issuer: Issuer, subject: Uint8Array, spki: Uint8Array, ca: boolean, now: number): string {
  const tbs = certificateTbs({
    serial: serialFrom(randomBytes(16)),
    signatureAlgorithm: hardwareAlgorithm,
    issuer: issuer.name,
    notBefore: yearsFrom(now, -1),
    notAfter: yearsFrom(now, hardwareYears - 1),
    subject,
    publicKeySpki: spki,
    extensions: [
      basicConstraints({ ca }),
      keyUsage(ca ? ['keyCertSign', 'cRLSign'] : ['digitalSignature', 'keyEncipherment']),
      subjectKeyIdentifier(keyIdentifier(spki)),
      authorityKeyIdentifier(keyIdentifier(issuer.spki)),
    ],
  })
  const signature = signLocally(createPrivateKey(issuer.privateKeyPem), hardwareAlgorithm, tbs)
  return certificatePem(assemble(tbs, hardwareAlgorithm, signature))
}
