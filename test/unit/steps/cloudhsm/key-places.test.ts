import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../../../steps/cloudhsm/client.ts'
import { keyPlaces } from '../../../../steps/cloudhsm/key-places.ts'
import { backupOf, cluster, copyOf, day, now } from './backup-of.ts'

const made = (id: string, more: Partial<Cluster> = {}): Cluster => ({ ClusterId: id, State: 'ACTIVE', ...more })
const source = backupOf('backup-aaaaaaaaaaa', 5)
const copied = copyOf('backup-bbbbbbbbbbb', source, 4)
const places = (...listings: Parameters<typeof keyPlaces>[1]) => keyPlaces(cluster, listings)
const ids = (...listings: Parameters<typeof keyPlaces>[1]) => places(...listings).map(({ kind, id }) => `${kind} ${id}`)

describe('places that hold the keys of a cluster', () => {
  it('are the cluster, its HSMs, its backups and their copies, in each Region', () => {
    const hsms = [
      { HsmId: 'hsm-aaaaaaaaaaa', EniId: 'eni-00000001', State: 'ACTIVE' },
      { HsmId: 'hsm-bbbbbbbbbbb', EniId: 'eni-00000002', State: 'DELETED' },
    ]
    const here = { region: 'us-east-1', clusters: [made(cluster, { Hsms: hsms })], backups: [source] }
    const there = { region: 'eu-west-1', clusters: [made('cluster-other222222')], backups: [copied] }
    expect(ids(here, there)).toEqual([
      `cluster ${cluster}`,
      'hsm eni-00000001',
      'backup backup-aaaaaaaaaaa',
      'copy backup-bbbbbbbbbbb',
    ])
  })

  it('are clusters restored from them too, and what those left behind', () => {
    const clone = made('cluster-clone222222', { SourceBackupId: copied.id })
    const left = backupOf('backup-ccccccccccc', 1, { clusterId: 'cluster-clone222222' })
    const again = made('cluster-again222222', { SourceBackupId: `arn:aws:cloudhsm:eu-west-1:1:backup/${left.id}` })
    expect(ids({ region: 'eu-west-1', clusters: [again, clone], backups: [left, copied] })).toEqual([
      'cluster cluster-again222222',
      'cluster cluster-clone222222',
      'backup backup-ccccccccccc',
      'copy backup-bbbbbbbbbbb',
    ])
  })

  it('are backups of a cluster that is gone', () => {
    expect(ids({ region: 'us-east-1', clusters: [], backups: [source] })).toEqual(['backup backup-aaaaaaaaaaa'])
  })

  it('count until they are really gone', () => {
    const leaving = { ...source, state: 'PENDING_DELETION', deletedFrom: now + day }
    const gone = backupOf('backup-ddddddddddd', 9, { state: 'DELETED' })
    expect(places({ region: 'us-east-1', clusters: [], backups: [leaving, gone] })).toMatchObject([
      { id: leaving.id, expires: now + day },
    ])
  })

  it('are followed through a backup that is gone and still listed', () => {
    const gone = { ...source, state: 'DELETED' }
    expect(
      ids({
        region: 'us-east-1',
        clusters: [made('cluster-clone222222', { SourceBackupId: gone.id })],
        backups: [gone],
      }),
    ).toEqual(['cluster cluster-clone222222'])
  })

  it('are uncertain where nobody can tell any more what a cluster was restored from', () => {
    const clone = made('cluster-clone222222', { SourceBackupId: 'backup-unknown2222' })
    expect(places({ region: 'us-east-1', clusters: [clone], backups: [source] })).toMatchObject([
      { id: 'cluster-clone222222', certain: false },
      { id: source.id, certain: true },
    ])
  })

  it('are uncertain in a backup of a cluster that is gone, such as one that a clone left', () => {
    const left = backupOf('backup-ccccccccccc', 1, {
      clusterId: 'cluster-gone2222222',
      state: 'PENDING_DELETION',
      deletedFrom: now + day,
    })
    const other = backupOf('backup-ddddddddddd', 1, { clusterId: 'cluster-other222222' })
    const listing = { region: 'us-east-1', clusters: [made('cluster-other222222')], backups: [left, other] }
    expect(places(listing)).toMatchObject([
      { id: left.id, certain: false, because: 'backup of `cluster-gone2222222`, which is gone' },
    ])
  })

  it('are uncertain in whatever comes from an uncertain one', () => {
    const left = backupOf('backup-ccccccccccc', 3, { clusterId: 'cluster-gone2222222' })
    const copied = copyOf('backup-eeeeeeeeeee', left, 2)
    const again = made('cluster-again222222', { SourceBackupId: copied.id })
    const its = backupOf('backup-fffffffffff', 1, { clusterId: 'cluster-again222222' })
    expect(
      places(
        { region: 'us-east-1', clusters: [made(cluster)], backups: [left] },
        { region: 'eu-west-1', clusters: [again], backups: [copied, its] },
      ).map(({ id, certain, because }) => [id, certain, because]),
    ).toEqual([
      [cluster, true, 'it is the cluster'],
      [left.id, false, 'backup of `cluster-gone2222222`, which is gone'],
      ['cluster-again222222', false, `restored from \`${copied.id}\`, which may hold them`],
      [copied.id, false, `copy of \`${left.id}\`, which may hold them`],
      [its.id, false, 'backup of `cluster-again222222`, which may hold them'],
    ])
  })

  it('are marked where they never expire', () => {
    const kept = { ...source, neverExpires: true }
    expect(places({ region: 'us-east-1', clusters: [], backups: [kept] })).toMatchObject([{ expires: 'never' }])
  })
})
