import { Type, type Static } from 'typebox'
import type { Absent, Pending } from '../../engine/step/check-answer.ts'
import type { ApplyContext, CheckContext } from '../../engine/step/context.ts'
import { StepError } from '../../engine/step/errors.ts'
import { dateTime } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { requestOf } from '../aws/ask.ts'
import { effectTag, runTag } from '../aws/tags.ts'
import { readBackups, readOneBackup } from './backups-of.ts'
import { ask, type Asking } from './client.ts'
import { judgeOwnCopies, livingCopy } from './copies.ts'
import { placedAt, type KeyBackup } from './key-backup.ts'
import { isGone, removeBackup } from './remove-backup.ts'
import { backupId, tags } from './schemas.ts'
import { askingIn, requireTwoRegions } from './two-regions.ts'

const inputs = Type.Object(
  {
    backupId,
    name: Type.String({ description: 'Tag `Name` of the copy', minLength: 1, maxLength: 256 }),
    tags: Type.Optional(tags),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    copyId: { ...backupId, description: 'Id of the copy, in its own Region' },
    region: Type.String({ description: 'Region where the copy is' }),
    sourceBackupId: backupId,
    createdAt: dateTime('When its contents were saved, as of its source'),
    copiedAt: dateTime('When it was copied'),
  },
  { additionalProperties: false },
)

const target = { from: 'aws', to: 'aws' } as const

/**
 * Copies a backup into another Region.
 *
 * The request goes to the Region of the backup and names no copy in its answer: the copy is looked for in the other Region, by the backup
 * that it is of and the effect id among its tags.
 */
export const copyBackup = defineStep({
  name: 'cloudhsm.copy-backup',
  summary: 'Copies a backup into another Region and waits until the copy is READY there',
  version: 1,
  inputs,
  outputs,
  target,
  permissions: [
    'cloudhsm:CopyBackupToRegion',
    'cloudhsm:TagResource',
    'cloudhsm:DescribeBackups',
    'cloudhsm:DeleteBackup',
  ],
  examples: [
    {
      title: 'A copy for the day on which the Region is lost',
      yaml: `id: copy
uses: cloudhsm.copy-backup
target: { from: aws, to: recovery }
with: { backupId: backup-ro5c4er4aac, name: example-root }
retry: { on: [transient, throttled], times: 40 }
`,
    },
  ],
  notRehearsed: [
    'how long AWS takes to copy a backup',
    'that the two Regions are of a partition in which AWS copies backups',
    'a Region that answers 503 for ten minutes outlasts the standard six tries: `retry` with 40 does not',
  ],
  effect: 'once',
  existing: 'adopt',
  // When the other Region lists a copy that was asked for is not documented; this is generous.
  settleMs: 10 * 60_000,
  typicalMs: 10 * 60_000,
  wait: { everyMs: 30_000, timeoutMs: 3 * 60 * 60_000 },

  async check({ backupId: source }, context) {
    const { from, to } = bothRegions(context)
    const copies = await copiesOf(source, from, to)
    const { effectId } = context
    if (effectId !== undefined) {
      const own = judgeOwnCopies(ownOf(copies, effectId), context.answer)
      return own.state === 'found' ? { state: 'satisfied', outputs: outputsOf(own.copy, to), madeBy: effectId } : own
    }
    const copy = livingCopy(copies)
    if (copy?.state !== 'READY')
      return copy === undefined
        ? lookAtSource(source, from)
        : { state: 'pending', what: `copy \`${copy.id}\` is ${copy.state}` }
    const madeBy = copy.tags[effectTag]
    return { state: 'satisfied', outputs: outputsOf(copy, to), ...(madeBy === undefined ? {} : { madeBy }) }
  },

  async apply(wanted, context) {
    const { from, to } = bothRegions(context)
    const copiesBefore = ownOf(await copiesOf(wanted.backupId, from, to), context.effectId).length
    const { $metadata } = await ask(from, 'CopyBackupToRegion', (client, options) =>
      client.copyBackupToRegion(
        {
          BackupId: wanted.backupId,
          DestinationRegion: to.target.region,
          // without any, the copy would have those of its source, and with them another effect's id
          TagList: [
            { Key: 'Name', Value: wanted.name },
            ...Object.entries(wanted.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
            { Key: effectTag, Value: context.effectId },
            { Key: runTag, Value: context.run.id },
          ],
        },
        options,
      ),
    )
    return { copiesBefore, ...requestOf($metadata) }
  },

  undo: {
    destructive: true,
    async run({ backupId: source }, _outputs, context) {
      const { from, to } = bothRegions(context)
      const own = ownOf(await copiesOf(source, from, to), context.effectId)
      for (const each of own.filter((copy) => !isGone(copy))) await removeBackup(to, each.id)
    },
  },
})

function bothRegions(context: CheckContext<typeof target> | ApplyContext<typeof target>) {
  const { from, to } = context.target
  requireTwoRegions(from, to)
  return { from: askingIn(context, from), to: askingIn(context, to) }
}

/** Every copy of a backup, failed ones among them. */
async function copiesOf(source: string, from: Asking, to: Asking): Promise<KeyBackup[]> {
  const found = await readBackups(to, { sourceBackupIds: [source] })
  const { region } = from.target
  return found.filter(({ copy }) => copy?.sourceBackup === source && (copy.sourceRegion ?? region) === region)
}

function ownOf(copies: readonly KeyBackup[], effectId: string): KeyBackup[] {
  return copies.filter(({ tags: { [effectTag]: effect } }) => effect === effectId)
}

/** Nothing was copied yet: whether it can be. */
async function lookAtSource(source: string, from: Asking): Promise<Absent | Pending> {
  const found = await readOneBackup(from, source)
  if (found === undefined)
    throw new StepError('not-found', `there is no backup \`${source}\` in \`${from.target.region}\``)
  if (found.state === 'CREATE_IN_PROGRESS') return { state: 'pending', what: `\`${source}\` is CREATE_IN_PROGRESS` }
  if (found.state !== 'READY') throw new StepError('conflict', `\`${source}\` is ${found.state}, wanted \`READY\``)
  return { state: 'absent' }
}

function outputsOf(found: KeyBackup, { target: { region } }: Asking): Static<typeof outputs> {
  return {
    copyId: found.id,
    region,
    sourceBackupId: found.copy?.sourceBackup ?? '',
    createdAt: new Date(found.createdAt).toISOString(),
    copiedAt: new Date(placedAt(found)).toISOString(),
  }
}
