import { ACMPCA, type CreateCertificateAuthorityCommandInput } from '@aws-sdk/client-acm-pca'
import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import type { Aws } from '../../../../engine/step/capabilities.ts'
import { acmPcaService } from '../../../../steps/acm-pca/simulator/service.ts'
import type { PcaSettings } from '../../../../steps/acm-pca/simulator/settings.ts'
import { clientConfig } from '../../../../steps/aws/client-config.ts'
import { awsSimulator } from '../../../../steps/aws/simulator/aws-simulator.ts'
import { assemble } from '../../../../steps/x509/model/assemble.ts'
import { certificatePem, parseCertificate, type Certificate } from '../../../../steps/x509/model/certificate.ts'
import { certificateTbs, type CertificateFields } from '../../../../steps/x509/model/certificate-tbs.ts'
import { assembleCsr, csrPem, csrTbs, parseCsr } from '../../../../steps/x509/model/csr.ts'
import { sequence } from '../../../../steps/x509/model/der.ts'
import { keyIdentifier } from '../../../../steps/x509/model/digest.ts'
import {
  authorityKeyIdentifier,
  basicConstraints,
  keyUsage,
  subjectKeyIdentifier,
  type Extension,
} from '../../../../steps/x509/model/extension.ts'
import { parseName } from '../../../../steps/x509/model/name.ts'
import { serialFrom } from '../../../../steps/x509/model/serial.ts'
import { signLocally } from '../../../../steps/x509/model/signature.ts'
import { heldToModel } from '../aws/held-to-model.ts'
import { publishedModel } from '../aws/published-model.ts'
import { openAws, startSandbox, type Sandbox, type TestWorld } from '../aws/sandbox.ts'

export interface Pca extends Sandbox {
  readonly aws: Aws
  readonly client: ACMPCA
}

export interface PcaStart {
  readonly settings?: Partial<PcaSettings>
  readonly realNow?: () => number
  readonly world?: TestWorld
}

/** A simulated AWS Private CA and the official client for it. */
export async function startPca({ world, ...options }: PcaStart = {}): Promise<Pca> {
  const sandbox = await startSandbox(
    awsSimulator([heldToModel(acmPcaService(options), publishedModel('acm-pca-2017-08-22'))]),
    {},
    world,
  )
  const aws = await openAws(sandbox.entry)
  return { ...sandbox, aws, client: new ACMPCA(clientConfig(aws)) }
}

export const exampleAuthority = {
  CertificateAuthorityType: 'SUBORDINATE',
  CertificateAuthorityConfiguration: {
    KeyAlgorithm: 'EC_secp384r1',
    SigningAlgorithm: 'SHA384WITHECDSA',
    Subject: { Country: 'US', Organization: 'Example Corp', CommonName: 'Example Issuing CA 1' },
  },
} as const satisfies CreateCertificateAuthorityCommandInput

/** Creates a CA and lets the time pass until its CSR is there. */
export async function createdAuthority(
  { client, world }: Pca,
  changed: Partial<CreateCertificateAuthorityCommandInput> = {},
): Promise<string> {
  const { CertificateAuthorityArn: arn } = await client.createCertificateAuthority({ ...exampleAuthority, ...changed })
  world.pass(30_000)
  return String(arn)
}

/** A CA outside AWS, whose key is in the test. */
export interface TestCa {
  readonly key: KeyObject
  readonly certificate: Certificate
}

const yearMs = 365 * 24 * 60 * 60_000

/** Signs what a certificate is to say; anything can be changed to make it wrong. */
export function signCertificate(
  by: { readonly key: KeyObject; readonly certificate: Certificate | undefined },
  wanted: Pick<CertificateFields, 'subject' | 'publicKeySpki'> & Partial<CertificateFields>,
): Certificate {
  const now = Date.now()
  const issuerSpki = by.certificate?.spki ?? wanted.publicKeySpki
  const extensions: readonly Extension[] = wanted.extensions ?? [
    basicConstraints({ ca: true }),
    keyUsage(['digitalSignature', 'keyCertSign', 'cRLSign']),
    subjectKeyIdentifier(keyIdentifier(wanted.publicKeySpki)),
    authorityKeyIdentifier(keyIdentifier(issuerSpki)),
  ]
  const tbs = certificateTbs({
    serial: serialFrom(randomBytes(16)),
    signatureAlgorithm: 'ecdsa-sha384',
    issuer: by.certificate?.subject ?? wanted.subject,
    notBefore: new Date(now - 60_000),
    notAfter: by.certificate?.notAfter ?? new Date(now + 10 * yearMs),
    ...wanted,
    extensions,
  })
  return parseCertificate(assemble(tbs, 'ecdsa-sha384', signLocally(by.key, 'ecdsa-sha384', tbs)))
}

export function spkiOf(key: KeyObject): Uint8Array {
  return key.export({ type: 'spki', format: 'der' })
}

/** A self-signed root; anything can be changed to make it wrong. */
export function makeRoot(
  changed: Partial<CertificateFields> = {},
  name = 'C=US, O=Example Corp, CN=Example Root',
): TestCa {
  const { publicKey, privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const subject = parseName(name)
  const fields = { subject, publicKeySpki: spkiOf(publicKey), ...changed }
  return { key, certificate: signCertificate({ key, certificate: undefined }, fields) }
}

/** A CA below another one. */
export function makeIntermediate(issuer: TestCa, changed: Partial<CertificateFields> = {}): TestCa {
  const { publicKey, privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const subject = parseName('C=US, O=Example Corp, CN=Example Intermediate')
  return { key, certificate: signCertificate(issuer, { subject, publicKeySpki: spkiOf(publicKey), ...changed }) }
}

/** The certificate that a root signs for a CA's CSR. */
export async function signedFor(
  { client }: Pca,
  arn: string,
  issuer: TestCa,
  changed: Partial<CertificateFields> = {},
): Promise<Certificate> {
  const { Csr } = await client.getCertificateAuthorityCsr({ CertificateAuthorityArn: arn })
  const request = parseCsr(String(Csr))
  return signCertificate(issuer, { subject: request.subject, publicKeySpki: request.spki, ...changed })
}

export function blob(...certificates: readonly Certificate[]): Buffer {
  return Buffer.from(certificates.map((each) => certificatePem(each)).join(''))
}

/** A CA that issues, below a root in the test. */
export async function activeAuthority(
  pca: Pca,
  changed: Partial<CreateCertificateAuthorityCommandInput> = {},
  signed: Partial<CertificateFields> = {},
  root = makeRoot(),
): Promise<{ readonly arn: string; readonly root: TestCa; readonly certificate: Certificate }> {
  const arn = await createdAuthority(pca, changed)
  const certificate = await signedFor(pca, arn, root, signed)
  await pca.client.importCertificateAuthorityCertificate({
    CertificateAuthorityArn: arn,
    Certificate: blob(certificate),
    CertificateChain: blob(root.certificate),
  })
  pca.world.pass(60_000)
  return { arn, root, certificate }
}

/** A certificate request with a throw-away key. @param name empty: no subject */
export function makeCsr(name = 'CN=test.example.com', extensions: readonly Extension[] = []): string {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = name === '' ? sequence() : parseName(name)
  const tbs = csrTbs({ subject, publicKeySpki: spkiOf(publicKey), extensions })
  return csrPem(assembleCsr(tbs, 'ecdsa-sha256', signLocally(privateKey, 'ecdsa-sha256', tbs)))
}

/** The error class that a call of the client was answered with; `undefined`: it was not refused. */
export async function refusal(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call
    return undefined
  } catch (error) {
    return error instanceof Error ? error.name : String(error)
  }
}
