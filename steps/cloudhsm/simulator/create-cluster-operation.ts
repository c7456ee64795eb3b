import { networkOf, type Subnet } from '../../aws/simulator/network.ts'
import { ServiceError } from '../../aws/simulator/service.ts'
import { invalid, isOwn, type CloudHsmContext } from './context.ts'
import { emptyDataPlane } from './data-plane/empty.ts'
import { withTokensOfItsOwn } from './data-plane/token-copies.ts'
import { describeCluster } from './describe.ts'
import { makeEc2Id, makeId } from './ids.ts'
import { clusterState } from './lifecycle.ts'
import type { Handlers, RequestOf } from './requests.ts'
import { retentionDaysOf } from './retention-policy.ts'
import { findSource } from './sharing.ts'
import type { Backup, Cluster } from './state.ts'
import { checkTags } from './tags.ts'

type Request = RequestOf<'CreateCluster'>

export const createClusterOperation: Handlers<'CreateCluster'> = {
  CreateCluster(input, context) {
    if (context.fault === 'done-by-another') {
      const foreign = { ...input, TagList: (input.TagList ?? []).filter(({ Key }) => !Key.startsWith('runbook:')) }
      context.store.save({ clusters: [make(foreign, context)] })
    }
    const cluster = make(input, context)
    context.store.save({ clusters: [cluster] }, { operation: 'CreateCluster', resource: cluster.id })
    return { Cluster: describeCluster(cluster, context.clock.now()) }
  },
}

/** @throws {ServiceError} */
function make(input: Request, context: CloudHsmContext): Cluster {
  const { caller, clock, settings } = context
  const source = input.SourceBackupId === undefined ? undefined : findSource(input.SourceBackupId, context)
  const mode = input.Mode ?? source?.mode ?? 'FIPS'
  checkType(input.HsmType, mode, source)
  const subnets = subnetsOf(input.SubnetIds, context)
  checkTags(input.TagList ?? [])
  checkQuota(context)
  const now = clock.now()
  const readyAt = now + settings.creatingClusterMs
  const { accountId, partition, region } = caller
  return {
    id: makeId('cluster'),
    accountId,
    partition,
    region,
    hsmType: input.HsmType,
    mode,
    networkType: input.NetworkType ?? 'IPV4',
    vpcId: subnets[0]?.vpcId ?? '',
    securityGroup: makeEc2Id('sg'),
    subnets: Object.fromEntries(subnets.map(({ availabilityZone, id }) => [availabilityZone, id])),
    retentionDays: retentionDaysOf(input.BackupRetentionPolicy) ?? settings.retentionDays,
    createdAt: now,
    readyAt,
    hsms: [],
    sweptAt: now,
    live: false,
    tags: [...(input.TagList ?? [])],
    ...(source === undefined ? { data: emptyDataPlane() } : restored(source, now, readyAt)),
  }
}

/** A cluster made of a backup is neither initialized nor activated: it was. */
function restored({ id, data, clusterCertificatePem, trustAnchorPem }: Backup, now: number, readyAt: number) {
  return {
    sourceBackupId: id,
    initialized: { clusterCertificatePem, trustAnchorPem, startedAt: now, endsAt: now },
    activatedAt: readyAt,
    data: withTokensOfItsOwn(data),
  }
}

const types = ['hsm1.medium', 'hsm2m.medium']

function checkType(type: string, mode: Backup['mode'], source: Backup | undefined): void {
  if (!types.includes(type)) throw invalid(`The HSM type ${type} is not available.`)
  if (type === 'hsm1.medium' && mode === 'NON_FIPS') throw invalid('HSMs of type hsm1.medium work in FIPS mode only.')
  if (source === undefined) return
  if (source.mode !== mode) throw invalid(`A backup of a ${source.mode} cluster cannot be restored to a ${mode} one.`)
  if (source.hsmType === 'hsm2m.medium' && type !== source.hsmType)
    throw invalid(`A backup of ${source.hsmType} cannot be restored to ${type}.`)
}

function subnetsOf(ids: readonly string[], { caller }: CloudHsmContext): readonly Subnet[] {
  const known = networkOf(caller.accountId, caller.region).subnets
  const subnets = ids.map((id) => {
    const subnet = known.find((each) => each.id === id)
    if (subnet === undefined) throw invalid(`The subnet ${id} does not exist.`)
    return subnet
  })
  if (new Set(subnets.map(({ vpcId }) => vpcId)).size > 1) throw invalid('The subnets are in different VPCs.')
  const zones = subnets.map(({ availabilityZone }) => availabilityZone)
  if (new Set(zones).size < zones.length) throw invalid('Only one subnet may be given for each Availability Zone.')
  return subnets
}

function checkQuota({ store, caller, clock, settings }: CloudHsmContext): void {
  const own = store.state.clusters.filter((each) => isOwn(each, caller))
  const counted = own.filter((each) => clusterState(each, clock.now()) !== 'DELETED')
  if (counted.length >= settings.clusterQuota)
    throw new ServiceError(settings.quotaError, `The limit of ${settings.clusterQuota} clusters is reached.`)
}
