import { networkOf } from '../../aws/simulator/network.ts'
import type { Caller } from '../../aws/simulator/service.ts'
import { giveAddress } from './addresses.ts'
import type { CloudHsmWorld } from './context.ts'
import type { DataPlane } from './data-plane-state.ts'
import { emptyDataPlane } from './data-plane/empty.ts'
import { certifyCluster } from './certify-cluster.ts'
import { makeClusterKey, makeIdentity } from './identity.ts'
import { makeEc2Id, makeHsmSerial, makeId } from './ids.ts'
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
  const first = hsms[0] ?? { serialNumber: makeHsmSerial() }
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
      ? {
          data: emptyDataPlane(),
          ...(hsms.length === 0 ? {} : { identity: makeIdentity({ mode, hsmType }, first, world) }),
        }
      : {
          data,
          activatedAt,
          initialized: {
            ...certifyCluster(makeClusterKey({ mode, hsmType }, first), world.realNow()),
            startedAt: readyAt,
            endsAt: activatedAt,
          },
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
