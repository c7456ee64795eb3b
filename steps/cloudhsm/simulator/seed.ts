import { Value } from 'typebox/value'
import { StepError } from '../../../engine/step/errors.ts'
import type { JsonObject } from '../../../engine/step/json.ts'
import { networkOf } from '../../aws/simulator/network.ts'
import type { Caller } from '../../aws/simulator/service.ts'
import { parseCertificate } from '../../x509/model/certificate.ts'
import { sha256Hex } from '../../x509/model/digest.ts'
import { giveAddress } from './addresses.ts'
import type { CloudHsmWorld } from './context.ts'
import type { DataPlane } from './data-plane-state.ts'
import { removeLiveTokens } from './data-plane/token-copies.ts'
import { rootsIn } from './roots.ts'
import { seedBackups } from './seed-backups.ts'
import { seedCluster } from './seed-cluster.ts'
import { seedSchema, type ClusterWords, type PeopleWords } from './seed-words.ts'
import type { Cluster, State } from './state.ts'

/** Fills the HSMs of a cluster that is to be there from the beginning. */
export interface Seeder {
  /**
   * Makes users, tokens and keys; the tokens are among the sandbox's when it returns.
   *
   * @param name what the rehearsal file calls the cluster
   * @returns what is in the HSMs, and what the rehearsal file is told of it: `users`, `tokens`, `keys`
   */
  fill(name: string, words: ClusterWords): Promise<{ readonly data: DataPlane; readonly facts: JsonObject }>
  /** Who is there, said at each start. */
  people(words: PeopleWords): Promise<void>
}

/**
 * Makes what is to be there at the beginning, once for an account in a Region.
 *
 * @returns what the rehearsal file is told
 */
export async function seed(
  wanted: JsonObject,
  caller: Caller,
  world: CloudHsmWorld,
  seeder: Seeder,
): Promise<JsonObject> {
  const { store, folder, realNow, tokenFolder } = world
  const key = `${caller.accountId} ${caller.region}`
  const made = store.state.seeds[key]
  if (!Value.Check(seedSchema, wanted)) throw notAsWanted(wanted)
  if (wanted.people !== undefined) await seeder.people(wanted.people)
  // Written below alone.
  if (made !== undefined) return inFolder(made as JsonObject, folder)
  const roots = rootsIn(folder, realNow())
  const facts: Record<string, JsonObject> = {}
  let state: State = store.state
  for (const [name, words] of Object.entries(wanted.clusters ?? {})) {
    const uninitialized = words.state === 'UNINITIALIZED'
    const inside = uninitialized ? undefined : await seeder.fill(name, words)
    const { cluster, addresses } = seedCluster(name, words, inside?.data, caller, { ...world, state })
    const backups = uninitialized ? [] : seedBackups(cluster, world)
    state = {
      ...state,
      clusters: [...state.clusters, cluster],
      backups: [...state.backups, ...backups],
      addresses: { ...state.addresses, ...addresses },
    }
    facts[name] = {
      id: cluster.id,
      securityGroup: cluster.securityGroup,
      subnetIds: Object.values(cluster.subnets),
      hsms: cluster.hsms.map(({ eniId, eniIp, availabilityZone }) => ({ eniId, eniIp, availabilityZone })),
      ...(cluster.hsms.length > 0 ? {} : { lastHsm: lastHsmOf(cluster, caller, state) }),
      ...(cluster.initialized === undefined ? {} : { trustAnchorPem: cluster.initialized.trustAnchorPem }),
      ...(backups.length === 0 ? {} : { backupId: backups.at(-1)?.id ?? '' }),
      ...inside?.facts,
    }
  }
  const zones = networkOf(caller.accountId, caller.region).subnets.slice(0, 3)
  const told = {
    subnetIds: zones.map(({ id }) => id),
    availabilityZones: zones.map(({ availabilityZone }) => availabilityZone),
    awsRootPem: roots.aws.certificatePem,
    manufacturerRootPem: roots.manufacturer.certificatePem,
    manufacturerRootSha256: sha256Hex(parseCertificate(roots.manufacturer.certificatePem).der),
    clusters: facts,
  }
  store.save({ ...state, seeds: { [key]: outOfFolder(told, folder) } })
  for (const { live, data } of state.clusters) if (!live) removeLiveTokens(data, tokenFolder)
  return told
}

/** Where the HSM was of a cluster that is offline: at an address that nobody has. */
function lastHsmOf({ subnets }: Cluster, caller: Caller, state: State): JsonObject {
  const [[availabilityZone, subnetId] = ['', '']] = Object.entries(subnets)
  return { availabilityZone, eniIp: giveAddress(subnetId, undefined, { caller, state }).ip }
}

/** Where a folder of the service's is, as it is stored: a sandbox may be moved. */
const place = 'file:./'

function outOfFolder(facts: JsonObject, folder: string): JsonObject {
  return JSON.parse(JSON.stringify(facts).replaceAll(inJson(`file:${folder}/`), inJson(place))) as JsonObject // what it was
}

function inFolder(facts: JsonObject, folder: string): JsonObject {
  return JSON.parse(JSON.stringify(facts).replaceAll(inJson(place), inJson(`file:${folder}/`))) as JsonObject // what it was
}

/** The beginning of a text, as JSON has it. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(0, -1)
}

function notAsWanted(wanted: JsonObject): StepError {
  const [first] = Value.Errors(seedSchema, wanted)
  const where = first === undefined ? '' : ` at \`${first.instancePath}\`: ${first.message}`
  return new StepError('invalid', `simulated CloudHSM cannot begin as \`cloudhsm\` says${where}`)
}
