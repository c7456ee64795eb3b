import { CloudHSMV2 } from '@aws-sdk/client-cloudhsm-v2'
import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import type { JsonObject } from '../../../../engine/step/json.ts'
import { clientConfig } from '../../../../steps/aws/client-config.ts'
import { awsSimulator } from '../../../../steps/aws/simulator/aws-simulator.ts'
import { networkOf } from '../../../../steps/aws/simulator/network.ts'
import { cloudhsmService } from '../../../../steps/cloudhsm/simulator/service.ts'
import type { CloudHsmSettings } from '../../../../steps/cloudhsm/simulator/settings.ts'
import type { X509Algorithm } from '../../../../steps/x509/model/algorithm.ts'
import { assemble } from '../../../../steps/x509/model/assemble.ts'
import { certificatePem, parseCertificate, type Certificate } from '../../../../steps/x509/model/certificate.ts'
import { certificateTbs, type CertificateFields } from '../../../../steps/x509/model/certificate-tbs.ts'
import { parseCsr } from '../../../../steps/x509/model/csr.ts'
import { basicConstraints, keyUsage } from '../../../../steps/x509/model/extension.ts'
import { parseName } from '../../../../steps/x509/model/name.ts'
import { serialFrom } from '../../../../steps/x509/model/serial.ts'
import { signLocally } from '../../../../steps/x509/model/signature.ts'
import { heldToModel } from '../aws/held-to-model.ts'
import { openAws, startSandbox, type Sandbox, type TestWorld } from '../aws/sandbox.ts'
import { cloudhsmModel } from './cloudhsm-model.ts'

export interface Hsm extends Sandbox {
  readonly client: CloudHSMV2
  /** One in each Availability Zone. */
  readonly subnets: readonly string[]
  /** Behind these a second one in the first zone, and one of another VPC. */
  readonly allSubnets: readonly string[]
}

export interface HsmStart {
  readonly settings?: Partial<CloudHsmSettings>
  readonly realNow?: () => number
  readonly world?: TestWorld
  /** What the rehearsal file says of the binding. */
  readonly wanted?: JsonObject
  /** Another partition and Region. */
  readonly place?: { readonly partition: string; readonly region: string }
}

/** A simulated CloudHSM and the official client for it. */
export async function startHsm({ world, wanted = {}, place, ...options }: HsmStart = {}): Promise<Hsm> {
  const simulator = awsSimulator([heldToModel(cloudhsmService(options), cloudhsmModel)])
  const sandbox = await startSandbox(simulator, { ...wanted, ...place }, world)
  const client = new CloudHSMV2(clientConfig(await openAws(sandbox.entry)))
  const allSubnets = networkOf('111122223333', place?.region ?? 'us-east-1').subnets.map(({ id }) => id)
  return { ...sandbox, client, allSubnets, subnets: allSubnets.slice(0, 3) }
}

/** A client of the same sandbox elsewhere. */
export async function clientIn({ running }: Sandbox, wanted: JsonObject): Promise<CloudHSMV2> {
  const { entry } = await running.binding('other', wanted)
  return new CloudHSMV2(clientConfig(await openAws(entry)))
}

/** A CA outside, whose key is in the test. */
export interface TestAnchor {
  readonly key: KeyObject
  readonly certificate: Certificate
  readonly algorithm: X509Algorithm
}

const dayMs = 24 * 60 * 60_000

/** Signs a certificate; anything can be changed to make it wrong. */
export function sign(
  by: Pick<TestAnchor, 'key' | 'algorithm'> & { readonly certificate?: Certificate },
  wanted: Pick<CertificateFields, 'subject' | 'publicKeySpki'> & Partial<CertificateFields>,
): Certificate {
  const tbs = certificateTbs({
    serial: serialFrom(randomBytes(16)),
    signatureAlgorithm: by.algorithm,
    issuer: by.certificate?.subject ?? wanted.subject,
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + 365 * dayMs),
    extensions: [],
    ...wanted,
  })
  return parseCertificate(assemble(tbs, by.algorithm, signLocally(by.key, by.algorithm, tbs)))
}

const anchorKey = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** A self-signed trust anchor, RSA 2048 unless another key is given. */
export function makeAnchor(
  changed: Partial<CertificateFields> = {},
  { publicKey, privateKey: key }: { publicKey: KeyObject; privateKey: KeyObject } = anchorKey,
): TestAnchor {
  const algorithm = key.asymmetricKeyType === 'ec' ? 'ecdsa-sha384' : 'rsa-pkcs1-sha256'
  const certificate = sign(
    { key, algorithm },
    {
      subject: parseName('C=US, O=Example Corp, CN=Example Cluster Issuing CA'),
      publicKeySpki: publicKey.export({ type: 'spki', format: 'der' }),
      extensions: [basicConstraints({ ca: true }), keyUsage(['keyCertSign'])],
      ...changed,
    },
  )
  return { key, certificate, algorithm }
}

/** The certificate for a cluster's CSR. */
export function signedFor(csrPem: string, anchor: TestAnchor, changed: Partial<CertificateFields> = {}): Certificate {
  const { subject, spki } = parseCsr(csrPem)
  return sign(anchor, { subject, publicKeySpki: spki, ...changed })
}

export function pem(...certificates: readonly Certificate[]): string {
  return certificates.map((each) => certificatePem(each)).join('')
}

/** A cluster that is UNINITIALIZED, without an HSM. */
export async function createdCluster({ client, subnets, world }: Hsm, changed = {}): Promise<string> {
  const { Cluster } = await client.createCluster({ HsmType: 'hsm2m.medium', SubnetIds: [...subnets], ...changed })
  world.pass(60 * 60_000)
  return String(Cluster?.ClusterId)
}

/** The cluster as DescribeClusters shows it. */
export async function clusterOf({ client }: Pick<Hsm, 'client'>, id: string) {
  const { Clusters } = await client.describeClusters({ Filters: { clusterIds: [id] } })
  return Clusters?.[0]
}

/** Creates an HSM and lets the time pass until it is ACTIVE. */
export async function hsmAt(hsm: Hsm, clusterId: string, availabilityZone: string, ipAddress?: string) {
  const address = ipAddress === undefined ? {} : { IpAddress: ipAddress }
  const { Hsm: made } = await hsm.client.createHsm({
    ClusterId: clusterId,
    AvailabilityZone: availabilityZone,
    ...address,
  })
  hsm.world.pass(60 * 60_000)
  return { id: String(made?.HsmId), eniId: String(made?.EniId), eniIp: String(made?.EniIp) }
}

/** Deletes an HSM and lets the time pass until it is gone, and its backup READY. */
export async function deletedHsm({ client, world }: Hsm, clusterId: string, eniId: string): Promise<void> {
  await client.deleteHsm({ ClusterId: clusterId, EniId: eniId })
  world.pass(60 * 60_000)
}

/** What a cluster may be initialized with: makes its first HSM when there is none. */
export async function anchored(hsm: Hsm, clusterId: string, anchor = makeAnchor()) {
  const before = await clusterOf(hsm, clusterId)
  if (before?.Hsms?.length === 0) await hsmAt(hsm, clusterId, 'us-east-1a')
  const csr = String((await clusterOf(hsm, clusterId))?.Certificates?.ClusterCsr)
  return { ClusterId: clusterId, SignedCert: pem(signedFor(csr, anchor)), TrustAnchor: pem(anchor.certificate) }
}

/** A cluster that is INITIALIZED, with one HSM. */
export async function initialized(hsm: Hsm): Promise<string> {
  const id = await createdCluster(hsm)
  await hsm.client.initializeCluster(await anchored(hsm, id))
  hsm.world.pass(60 * 60_000)
  return id
}

/** What a rehearsal file was told of a cluster of its seed. */
export function seeded(
  { facts }: Pick<Hsm, 'facts'>,
  name: string,
): { readonly id: string; readonly backupId: string } {
  const { cloudhsm } = facts as { cloudhsm: { clusters: Record<string, { id: string; backupId: string }> } } // as `seed` makes it
  const told = cloudhsm.clusters[name]
  if (told === undefined) throw new Error(`there is no cluster ${name}`)
  return told
}

/** A simulated CloudHSM that begins with one ACTIVE cluster. @param words what the rehearsal file says of it */
export async function startActive(
  words: JsonObject = {},
  start: HsmStart = {},
): Promise<Hsm & { readonly id: string }> {
  const hsm = await startHsm({ ...start, wanted: { cloudhsm: { clusters: { root: words } } } })
  return { ...hsm, id: seeded(hsm, 'root').id }
}

/** Backups of a cluster, or of all, the newest first. */
export async function backupsOf({ client }: Pick<Hsm, 'client'>, clusterId?: string) {
  const filters = clusterId === undefined ? {} : { Filters: { clusterIds: [clusterId] } }
  return (await client.describeBackups(filters)).Backups ?? []
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
