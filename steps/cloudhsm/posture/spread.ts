import type { Cluster } from '../client.ts'
import { counted, type Finding, type Verdict } from './finding.ts'
import type { Thresholds } from './thresholds.ts'

/** States of clusters and HSMs that pass by themselves. */
const passing = new Set([
  'CREATE_IN_PROGRESS',
  'INITIALIZE_IN_PROGRESS',
  'UPDATE_IN_PROGRESS',
  'MODIFY_IN_PROGRESS',
  'ROLLBACK_IN_PROGRESS',
  'DELETE_IN_PROGRESS',
])

/** The cluster's state, its HSMs, and in how many Availability Zones they stand and could stand. */
export function spreadFindings(cluster: Cluster, wanted: Pick<Thresholds, 'hsms' | 'zones'>): Finding[] {
  const { State: state = 'unknown', ClusterId: item = '', Hsms: hsms = [], SubnetMapping: subnets = {} } = cluster
  const active = hsms.filter(({ State }) => State === 'ACTIVE')
  const zones = [
    ...new Set(active.flatMap(({ AvailabilityZone: zone }) => (zone === undefined ? [] : [zone]))),
  ].toSorted()
  const possible = Object.keys(subnets).toSorted()
  const area = 'spread'
  return [
    { area: 'cluster', item, found: state, wanted: 'ACTIVE', verdict: stateVerdict(state) },
    {
      area,
      item: 'HSMs',
      found: `${active.length} ACTIVE`,
      wanted: wanted.hsms === 0 ? 'none: it is offline' : counted(wanted.hsms, 'HSM'),
      verdict: hsmVerdict(active.length, wanted.hsms),
    },
    ...hsms
      .filter(({ State }) => State !== 'ACTIVE' && State !== 'DELETED')
      .map(({ EniId, HsmId = '', State = 'unknown' }): Finding => {
        return { area, item: EniId ?? HsmId, found: State, wanted: 'ACTIVE', verdict: stateVerdict(State) }
      }),
    {
      area,
      item: 'Availability Zones',
      found: zones.join(', ') || 'none',
      wanted: `${wanted.zones}`,
      verdict: zones.length < wanted.zones ? 'bad' : 'good',
    },
    {
      area,
      item: 'subnets',
      found: possible.join(', '),
      wanted: 'one in each Availability Zone: none can be added later',
      verdict: possible.length < 2 || possible.length < wanted.zones ? 'bad' : possible.length === 2 ? 'warn' : 'good',
    },
  ]
}

function stateVerdict(state: string): Verdict {
  if (state === 'ACTIVE') return 'good'
  return passing.has(state) ? 'warn' : 'bad'
}

/** Of an offline cluster every HSM is one too many: its keys are within reach. */
function hsmVerdict(found: number, wanted: number): Verdict {
  if (wanted === 0) return found === 0 ? 'good' : 'warn'
  if (found >= wanted) return 'good'
  return found < 2 ? 'bad' : 'warn'
}
