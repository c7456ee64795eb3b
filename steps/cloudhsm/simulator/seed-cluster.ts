import { createPrivateKey, randomBytes } from 'node:crypto'
import { networkOf } from '../../aws/simulator/network.ts'
import type { Caller } from '../../aws/simulator/service.ts'
import { assemble } from '../../x509/model/assemble.ts'
import { certificatePem } from '../../x509/model/certificate.ts'
import { certificateTbs } from '../../x509/model/certificate-tbs.ts'
import { parseCsr } from '../../x509/model/csr.ts'
import { parseName } from '../../x509/model/name.ts'
import { rootTbs } from '../../x509/model/root.ts'
import { serialFrom } from '../../x509/model/serial.ts'
import { signLocally } from '../../x509/model/signature.ts'
import { giveAddress } from './addresses.ts'
import type { CloudHsmWorld } from './context.ts'
import type { DataPlane } from './data-plane-state.ts'
import { emptyDataPlane } from './data-plane/empty.ts'
import { makeIdentity } from './identity.ts'
import { makeEc2Id, makeHsmSerial, makeId } from './ids.ts'
import { makeKey, yearsFrom } from './roots.ts'
import type { ClusterWords } from './seed-words.ts'
import type { Cluster, Hsm, State } from './state.ts'

const hourMs = 60 * 60_000
const dayMs = 24 * hourMs

/** How long before now a cluster that is a day old was created: a day and this. The next automatic backup is most of a day away. */
const beforeMs = 2 * hourMs

type Places = CloudHsmWorld & { readonly state: State }

/**
 * A cluster as it is some days after it was brought up.
 *
 * @param data what is in its HSMs; absent: it is not initialized
 */
export function seedCluster(
  name: string,
  words: ClusterWords,
  data: DataPlane | undefined,
  caller: Caller,
  world: Places,
): { readonly cluster: Cluster; readonly addresses: State['addresses'] } {
  const { clock, settings } = world
  const createdAt = clock.now() - (words.ageDays ?? 1) * dayMs - beforeMs
  const readyAt = createdAt + settings.creatingClusterMs
  const { accountId, partition, region } = caller
  const subnets = networkOf(accountId, region).subnets.slice(0, 3)
  const { hsmType = 'hsm2m.medium', mode = 'FIPS' } = words
  const count = words.hsms ?? (data === undefined ? 0 : 2)
  const { hsms, addresses } = placeHsms(count, subnets, caller, readyAt, world)
  const identity = makeIdentity({ mode, hsmType }, hsms[0] ?? { serialNumber: makeHsmSerial() }, world)
  const activatedAt = readyAt + settings.creatingHsmMs + settings.initializingMs
  const cluster: Cluster = {
    id: makeId('cluster'),
    accountId,
    partition,
    region,
    hsmType,
    mode,
    networkType: 'IPV4',
    vpcId: subnets[0]?.vpcId ?? '',
    securityGroup: makeEc2Id('sg'),
    subnets: Object.fromEntries(subnets.map(({ availabilityZone, id }) => [availabilityZone, id])),
    retentionDays: words.retentionDays ?? settings.retentionDays,
    createdAt,
    readyAt,
    hsms,
    sweptAt: clock.now(),
    live: hsms.length > 0,
    ...(data === undefined || hsms.length === 0 ? {} : { nextBackupAt: nextAfter(activatedAt, clock.now(), settings) }),
    tags: [{ Key: 'Name', Value: words.name ?? name }],
    ...(data === undefined
      ? { data: emptyDataPlane(), ...(hsms.length === 0 ? {} : { identity }) }
      : {
          data,
          activatedAt,
          initialized: { ...certify(identity.csrPem, world), startedAt: readyAt, endsAt: activatedAt },
        }),
  }
  return { cluster, addresses }
}

function nextAfter(from: number, now: number, { backupIntervalMs }: CloudHsmWorld['settings']): number {
  return from + (Math.floor((now - from) / backupIntervalMs) + 1) * backupIntervalMs
}

function placeHsms(
  count: number,
  subnets: readonly { readonly id: string; readonly availabilityZone: string }[],
  caller: Caller,
  createdAt: number,
  { state, settings }: Places,
): { hsms: Hsm[]; addresses: State['addresses'] } {
  const hsms: Hsm[] = []
  let addresses = state.addresses
  for (let index = 0; index < count; index += 1) {
    const subnet = subnets[index % subnets.length]
    if (subnet === undefined) break
    const given = giveAddress(subnet.id, undefined, { caller, state: { ...state, addresses } })
    addresses = { ...addresses, ...given.addresses }
    hsms.push({
      id: makeId('hsm'),
      availabilityZone: subnet.availabilityZone,
      subnetId: subnet.id,
      eniId: makeEc2Id('eni'),
      eniIp: given.ip,
      serialNumber: makeHsmSerial(),
      createdAt,
      activeAt: createdAt + settings.creatingHsmMs,
    })
  }
  return { hsms, addresses }
}

/** What an issuing CA of the cluster's owner has signed. */
function certify(
  csr: string,
  { realNow }: Places,
): Pick<NonNullable<Cluster['initialized']>, 'clusterCertificatePem' | 'trustAnchorPem'> {
  const anchor = makeKey()
  const signatureAlgorithm = 'rsa-pkcs1-sha256'
  const { subject, spki } = parseCsr(csr)
  const issuer = parseName('C=US, O=Example Corp, CN=Example Cluster Issuing CA')
  const fields = {
    signatureAlgorithm,
    notBefore: yearsFrom(realNow(), -1),
    notAfter: yearsFrom(realNow(), 9),
  } as const
  const pemOf = (tbs: Uint8Array): string =>
    certificatePem(
      assemble(tbs, signatureAlgorithm, signLocally(createPrivateKey(anchor.privateKeyPem), signatureAlgorithm, tbs)),
    )
  const serial = () => serialFrom(randomBytes(16))
  return {
    trustAnchorPem: pemOf(rootTbs({ ...fields, serial: serial(), subject: issuer, publicKeySpki: anchor.spki })),
    clusterCertificatePem: pemOf(
      certificateTbs({ ...fields, serial: serial(), issuer, subject, publicKeySpki: spki, extensions: [] }),
    ),
  }
}
