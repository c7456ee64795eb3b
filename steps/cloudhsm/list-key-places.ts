import { Type, type Static } from 'typebox'
import type { Aws } from '../../engine/step/capabilities.ts'
import { StepError } from '../../engine/step/errors.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { readBackups } from './backups-of.ts'
import { listClusters } from './clusters.ts'
import { keyPlaces, type KeyPlace, type RegionListing } from './key-places.ts'
import type { Asking } from './client.ts'
import { clusterId } from './schemas.ts'
import { askingIn } from './two-regions.ts'

const place = Type.Object(
  {
    kind: Type.Union([Type.Literal('cluster'), Type.Literal('hsm'), Type.Literal('backup'), Type.Literal('copy')], {
      description: 'What it is',
    }),
    region: Type.String({ description: 'Region where it is' }),
    id: Type.String({ description: 'Its id; of an HSM that of its network interface' }),
    state: Type.String({ description: 'Its state, as AWS says it' }),
    createdAt: Type.String({
      description: 'When its contents were saved, of a cluster when it was made; empty for an HSM',
    }),
    expires: Type.String({ description: '`never`, or when AWS removes it for good; empty where neither is said' }),
    because: Type.String({ description: 'How it comes to hold the keys' }),
    certain: Type.Boolean({ description: 'False: what it comes from is gone, so it may hold them or not' }),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    places: Type.Array(place, {
      description: 'Every place, clusters and HSMs before backups, one Region behind the other',
    }),
    clusters: Type.Integer({ description: 'How many clusters' }),
    hsms: Type.Integer({ description: 'How many HSMs' }),
    backups: Type.Integer({ description: 'How many backups, those being deleted among them' }),
    copies: Type.Integer({ description: 'How many copies, those being deleted among them' }),
    uncertain: Type.Integer({ description: 'How many of all these may hold the keys or not' }),
  },
  { additionalProperties: false },
)

/** Lists where the keys of a cluster are, in two Regions. */
export const listKeyPlaces = defineStep({
  name: 'cloudhsm.list-key-places',
  summary: 'Lists every place in two Regions that still holds the keys of a cluster',
  version: 1,
  inputs: Type.Object({ clusterId }, { additionalProperties: false }),
  outputs,
  target: { here: 'aws', there: 'aws' },
  permissions: ['cloudhsm:DescribeClusters', 'cloudhsm:DescribeBackups'],
  examples: [
    {
      title: 'Where the keys of a cluster are',
      yaml: `id: places
uses: cloudhsm.list-key-places
target: { here: aws, there: recovery }
with: { clusterId: cluster-igklspoyj5v }
`,
    },
  ],
  notRehearsed: [
    'copies in Regions and accounts beside the two of the bindings, and keys that were wrapped and left the HSMs',
  ],
  effect: 'read',
  typicalMs: 5_000,

  async check({ clusterId: id }, context) {
    const { here, there } = context.target
    const regions = here.region === there.region ? [here] : [here, there]
    const listings: RegionListing[] = []
    for (const each of regions) listings.push(await listingOf(each, context))
    const places = keyPlaces(id, listings)
    // what may be of any cluster does not tell that this one ever was
    if (!places.some(({ certain }) => certain))
      throw new StepError(
        'not-found',
        `nothing of \`${id}\` is in ${regions.map(({ region }) => `\`${region}\``).join(' or ')}`,
      )
    const count = (wanted: KeyPlace['kind']) => places.filter(({ kind }) => kind === wanted).length
    return {
      state: 'satisfied',
      outputs: {
        places: places.map(shown),
        clusters: count('cluster'),
        hsms: count('hsm'),
        backups: count('backup'),
        copies: count('copy'),
        uncertain: places.filter(({ certain }) => !certain).length,
      },
    }
  },
})

async function listingOf(target: Aws, context: Omit<Asking, 'target'>): Promise<RegionListing> {
  const asking = askingIn(context, target)
  return { region: target.region, clusters: await listClusters(asking), backups: await readBackups(asking) }
}

function shown({ createdAt, expires, ...place }: KeyPlace): Static<typeof outputs>['places'][number] {
  return { ...place, createdAt: timeText(createdAt), expires: expires === 'never' ? 'never' : timeText(expires) }
}

function timeText(time: number | undefined): string {
  return time === undefined ? '' : new Date(time).toISOString()
}
