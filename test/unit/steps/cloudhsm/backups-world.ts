import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import type { Aws } from '../../../../engine/step/capabilities.ts'
import { emptyDataPlane } from '../../../../steps/cloudhsm/simulator/data-plane/empty.ts'
import type { CloudHsmSettings } from '../../../../steps/cloudhsm/simulator/settings.ts'
import { stateSchema, type Backup, type Cluster, type State } from '../../../../steps/cloudhsm/simulator/state.ts'
import { openAws, TestWorld } from '../aws/sandbox.ts'
import { startHsm, type Hsm } from './hsm.ts'

export const clusterId = 'cluster-igklspoyj5v'
export const day = 24 * 60 * 60_000
const place = { accountId: '111122223333', partition: 'aws', region: 'us-east-1' }

/** Ids are numbered so that tests can name them. */
export function idOf(n: number): string {
  const digits = [...String(n).padStart(4, '0')].map((digit) => 'abcdefghij'[Number(digit)])
  return `backup-aaaaaaa${digits.join('')}`
}

/** A READY backup of {@link clusterId} so many days old; anything can be changed. */
export function aged(
  n: number,
  ageDays: number,
  changed: Partial<Backup> = {},
  now = new TestWorld().clock.now(),
): Backup {
  const createdAt = now - ageDays * day
  return {
    ...place,
    id: idOf(n),
    clusterId,
    createdAt,
    readyAt: createdAt + 60_000,
    trigger: 'daily',
    fails: false,
    neverExpires: false,
    hsmType: 'hsm2m.medium',
    mode: 'FIPS',
    tags: [],
    data: emptyDataPlane(),
    clusterCertificatePem: '',
    trustAnchorPem: '',
    ...changed,
  }
}

/** A copy of one, made so many days ago, in the Region that backups are in unless told otherwise. */
export function copied(n: number, source: Backup, copiedDaysAgo: number, changed: Partial<Backup> = {}): Backup {
  const { clusterId: owner = '', ...rest } = source
  const at = new TestWorld().clock.now() - copiedDaysAgo * day
  const copy = { at, sourceRegion: 'eu-west-1', sourceBackup: source.id, sourceCluster: owner }
  return { ...rest, id: idOf(n), copy, trigger: 'copy', readyAt: at + 60_000, ...changed }
}

export interface BackupsWorld extends Hsm {
  readonly here: Aws
  /** `eu-west-1`. */
  readonly there: Aws
  /** The backups of the sandbox now. */
  backups(): readonly Backup[]
}

/** A simulated CloudHSM with these backups, and clusters where a test needs one. */
export async function startWithBackups(
  backups: readonly Backup[],
  { settings = {}, clusters = [] }: { settings?: Partial<CloudHsmSettings>; clusters?: readonly Cluster[] } = {},
): Promise<BackupsWorld> {
  const world = new TestWorld()
  const folder = join(world.folder, 'cloudhsm')
  for (const { id } of [...backups, { id: '' }])
    mkdirSync(join(folder, 'backups', id), { recursive: true, mode: 0o700 })
  const state: State = { clusters: [...clusters], backups: [...backups], addresses: {}, seeds: {}, outbox: [] }
  writeFileSync(join(folder, 'state.json'), JSON.stringify(state), { mode: 0o600 })
  const hsm = await startHsm({ world, settings })
  const { entry } = await hsm.running.binding('there', { region: 'eu-west-1' })
  return {
    ...hsm,
    here: await openAws(hsm.entry),
    there: await openAws(entry),
    backups: () => Value.Parse(stateSchema, JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'))).backups,
  }
}
