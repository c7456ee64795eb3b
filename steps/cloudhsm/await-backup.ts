import { Type, type Static } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { dateTime } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { newestFirst, type KeyBackup } from './key-backup.ts'
import { readBackups } from './backups-of.ts'
import { backupId, clusterId } from './schemas.ts'

const dayMs = 86_400_000

const inputs = Type.Object(
  {
    clusterId,
    createdAfter: Type.Optional(
      dateTime(
        'Only a backup that was begun at this time or later counts; absent: the newest one, whenever it was begun',
      ),
    ),
    notOlderThanDays: Type.Optional(
      Type.Integer({
        description: 'How old the newest one may be; an older one is refused, since one is made each day',
        minimum: 1,
      }),
    ),
    holds: Type.Optional(
      Type.Array(
        Type.Object(
          {
            what: Type.String({ description: 'What must be in it, for people: the key `example-root`', minLength: 1 }),
            since: dateTime('When that was there: the backup must be begun at this time or later'),
          },
          { additionalProperties: false },
        ),
        { description: 'What must be in the backup. AWS tells nothing of its contents but its time' },
      ),
    ),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    backupId,
    createdAt: dateTime('When it was begun'),
    hsmType: Type.Optional(Type.String({ description: 'Type of the HSMs that it was made on, where AWS says it' })),
    mode: Type.Optional(
      Type.String({ description: '`FIPS` or `NON_FIPS`, where AWS says it: the same is needed to restore it' }),
    ),
  },
  { additionalProperties: false },
)

/**
 * Waits for a READY backup of a cluster.
 *
 * No API makes a backup: activating a cluster, adding or removing one of its HSMs does, and each day one is made.
 */
export const awaitBackup = defineStep({
  name: 'cloudhsm.await-backup',
  summary: 'Waits until a backup of a cluster is READY that is new enough to hold what it must',
  version: 1,
  inputs,
  outputs,
  target: 'aws',
  permissions: ['cloudhsm:DescribeBackups'],
  examples: [
    {
      title: 'The backup that holds a new root key',
      yaml: `id: rootBackup
uses: cloudhsm.await-backup
target: aws
with:
  clusterId: cluster-igklspoyj5v
  holds:
    - { what: the key example-root, since: '2026-03-01T10:15:00Z' }
`,
    },
    {
      title: 'The newest backup there is',
      yaml: `id: newest
uses: cloudhsm.await-backup
target: aws
with: { clusterId: cluster-igklspoyj5v }
`,
    },
  ],
  notRehearsed: ['how long AWS takes to make a backup', 'what is in a backup: only restoring it tells'],
  effect: 'read',
  typicalMs: 10 * 60_000,
  // A backup takes minutes; one that takes an hour is waited for as well.
  wait: { everyMs: 30_000, timeoutMs: 3 * 60 * 60_000 },

  async check(wanted, context) {
    const after = earliest(wanted)
    const own = (await readBackups(context, { clusterIds: [wanted.clusterId] })).filter(
      (each) => each.clusterId === wanted.clusterId && each.createdAt >= after,
    )
    const [newest] = newestFirst(own.filter(({ state }) => state === 'READY' || isAwaited(wanted, state)))
    if (newest === undefined || newest.state !== 'READY')
      return { state: 'pending', ...whatIsMissing(wanted, after, own) }
    const { id, createdAt, hsmType, mode } = newest
    refuseOld(wanted, newest, context.now())
    return {
      state: 'satisfied',
      outputs: {
        backupId: id,
        createdAt: new Date(createdAt).toISOString(),
        ...(hsmType === undefined ? {} : { hsmType }),
        ...(mode === undefined ? {} : { mode }),
      },
    }
  },
})

/** Where a time is given, one that is being made is waited for: a daily one may be READY before the one that was caused. */
function isAwaited({ createdAfter }: Static<typeof inputs>, state: KeyBackup['state']): boolean {
  return createdAfter !== undefined && state === 'CREATE_IN_PROGRESS'
}

/** @throws {StepError} `conflict` */
function refuseOld({ clusterId: id, notOlderThanDays }: Static<typeof inputs>, newest: KeyBackup, now: number): void {
  if (notOlderThanDays === undefined || now - newest.createdAt <= notOlderThanDays * dayMs) return
  throw new StepError(
    'conflict',
    `the newest READY backup of \`${id}\`, \`${newest.id}\`, is of ${new Date(newest.createdAt).toISOString()}, wanted one of the last ${notOlderThanDays} days`,
    { hint: 'find out why the service made none since; adding or removing an HSM makes one' },
  )
}

/** Milliseconds since the epoch. */
function earliest({ createdAfter, holds = [] }: Static<typeof inputs>): number {
  const times = [createdAfter, ...holds.map(({ since }) => since)]
  return Math.max(...times.map((time) => (time === undefined ? 0 : Date.parse(time))))
}

function whatIsMissing(
  { clusterId: id, holds = [] }: Static<typeof inputs>,
  after: number,
  own: readonly KeyBackup[],
): { readonly what: string; readonly lookAgainMs?: number } {
  const [making] = newestFirst(own.filter(({ state }) => state === 'CREATE_IN_PROGRESS'))
  if (making !== undefined)
    return { what: `\`${making.id}\` is CREATE_IN_PROGRESS since ${new Date(making.createdAt).toISOString()}` }
  const since = after === 0 ? '' : ` since ${new Date(after).toISOString()}`
  const what = holds.length === 0 ? '' : `, which would hold ${holds.map((each) => each.what).join(', ')}`
  // that may be hours away
  return {
    what: `\`${id}\` has no backup${since}${what}: adding or removing an HSM makes one, and each day does`,
    lookAgainMs: 10 * 60_000,
  }
}
