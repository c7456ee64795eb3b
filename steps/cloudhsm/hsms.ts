import { present, type Cluster, type Hsm } from './client.ts'

/** An HSM as `DescribeClusters` shows it. */
export interface KnownHsm {
  /** Another one after AWS has replaced the HSM. */
  readonly hsmId: string
  /** The identity of an HSM: stays when AWS replaces it. Absent while AWS makes it, for a while. */
  readonly eniId: string | undefined
  readonly eniIp: string | undefined
  readonly availabilityZone: string
  readonly subnetId: string | undefined
  readonly state: string
  readonly stateMessage: string | undefined
}

/** The HSMs of a cluster by Availability Zone and address, without those that are DELETED. */
export function hsmsOf({ Hsms = [] }: Cluster): KnownHsm[] {
  return Hsms.map(readHsm)
    .filter(({ state }) => state !== 'DELETED')
    .toSorted((one, other) => placeOf(one).localeCompare(placeOf(other)))
}

/** How an HSM is named to a person. */
export function nameOf({ hsmId, eniId, eniIp, availabilityZone }: KnownHsm): string {
  return `\`${hsmId}\` (\`${eniId ?? 'no network interface'}\`, \`${eniIp ?? 'no address'}\`, \`${availabilityZone}\`)`
}

function readHsm({ HsmId, EniId, EniIp, AvailabilityZone, SubnetId, State, StateMessage }: Hsm): KnownHsm {
  return {
    hsmId: present(HsmId, 'DescribeClusters', 'HsmId'),
    eniId: EniId,
    eniIp: EniIp,
    availabilityZone: present(AvailabilityZone, 'DescribeClusters', 'AvailabilityZone'),
    subnetId: SubnetId,
    state: present(State, 'DescribeClusters', 'State'),
    stateMessage: StateMessage,
  }
}

function placeOf({ availabilityZone, eniIp = '' }: KnownHsm): string {
  return `${availabilityZone} ${eniIp}`
}
