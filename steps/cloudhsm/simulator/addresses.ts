import { networkOf } from '../../aws/simulator/network.ts'
import type { Caller } from '../../aws/simulator/service.ts'
import { invalid } from './context.ts'
import type { State } from './state.ts'

/** Addresses that AWS keeps for itself at the beginning of a subnet. */
const reserved = 4
/** Addresses of a subnet with 24 bits that are left to give out: the last one is for broadcasts. */
const usable = 256 - reserved - 1

/** An address that is given to an HSM, and what is known of its subnet from then on. */
export interface GivenAddress {
  readonly ip: string
  readonly addresses: State['addresses']
}

/**
 * Gives out an address of a subnet: the wanted one, or one that was not given out for as long as there is such a one.
 *
 * @throws {ServiceError} when the wanted one is not the subnet's or in use
 */
export function giveAddress(
  subnetId: string,
  wanted: string | undefined,
  { state, caller }: { readonly state: State; readonly caller: Caller },
): GivenAddress {
  const subnet = networkOf(caller.accountId, caller.region).subnets.find(({ id }) => id === subnetId)
  if (subnet === undefined) throw new Error(`there is no subnet ${subnetId}`)
  const prefix = subnet.cidr.slice(0, subnet.cidr.lastIndexOf('.') + 1)
  const inUse = new Set(
    state.clusters
      .filter(({ subnets }) => Object.values(subnets).includes(subnetId))
      .flatMap(({ hsms }) => hsms.map(({ eniIp }) => eniIp)),
  )
  if (wanted !== undefined) {
    const host = Number(wanted.slice(prefix.length))
    if (!wanted.startsWith(prefix) || !(host >= reserved && host < reserved + usable))
      throw invalid(`The address ${wanted} is not in subnet ${subnetId}.`)
    if (inUse.has(wanted)) throw invalid(`The address ${wanted} is in use.`)
    return { ip: wanted, addresses: {} }
  }
  const given = state.addresses[subnetId] ?? 0
  for (let next = given; next < given + usable; next += 1) {
    const ip = `${prefix}${reserved + (next % usable)}`
    if (!inUse.has(ip)) return { ip, addresses: { [subnetId]: next + 1 } }
  }
  throw invalid(`The subnet ${subnetId} has no address left.`)
}
