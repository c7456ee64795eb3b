import { newestFirst, placedAt, type KeyBackup } from '../key-backup.ts'
import { atMost, counted, type Finding } from './finding.ts'
import type { Thresholds } from './thresholds.ts'

const hourMs = 60 * 60_000
const dayMs = 24 * hourMs

/** What a Region holds of a cluster's keys. */
export interface Held {
  readonly region: string
  readonly backups: readonly KeyBackup[]
}

/** Age, state and kind of a cluster's own backups. */
export function backupFindings({ region, backups }: Held, wanted: Thresholds, now: number): Finding[] {
  const own = newestFirst(backups.filter(({ copy }) => copy === undefined))
  const ready = own.filter(({ state }) => state === 'READY')
  const [newest] = ready
  const area = 'backups'
  const kept = ready.filter(({ neverExpires }) => neverExpires)
  const making = own.filter(({ state }) => state === 'CREATE_IN_PROGRESS')
  return [
    newest === undefined
      ? { area, item: region, found: 'no READY backup', wanted: 'one', verdict: 'bad' }
      : newestFinding(newest, wanted, now),
    {
      area,
      item: region,
      found: `${ready.length} READY, ${kept.length} of them kept for ever, ${leaving(own)} being deleted`,
      wanted: 'more than one READY',
      verdict: ready.length > 1 ? 'good' : 'warn',
    },
    ...making.map((backup): Finding => {
      const hours = (now - backup.createdAt) / hourMs
      const { makingHours: limits } = wanted
      const since = `CREATE_IN_PROGRESS for ${hours.toFixed(1)} hours`
      return {
        area,
        item: backup.id,
        found: since,
        wanted: `${limits.warn} hours at most`,
        verdict: atMost(hours, limits),
      }
    }),
  ]
}

/** Of a cluster without HSMs no backup is made: there the newest must stay. */
function newestFinding(newest: KeyBackup, { hsms, backupHours }: Thresholds, now: number): Finding {
  const hours = (now - newest.createdAt) / hourMs
  const age = `READY, ${hours.toFixed(1)} hours old${newest.neverExpires ? ', kept for ever' : ''}`
  const shared = { area: 'backups', item: `newest: ${newest.id}`, found: age }
  if (hsms === 0) return { ...shared, wanted: 'kept for ever', verdict: newest.neverExpires ? 'good' : 'bad' }
  return { ...shared, wanted: `${backupHours.warn} hours at most`, verdict: atMost(hours, backupHours) }
}

/** Age and place of copies in the other Region. */
export function copyFindings(here: Held, there: Held, wanted: Thresholds, now: number): Finding[] {
  if (!wanted.copies) return []
  const area = 'copies'
  if (here.region === there.region)
    return [
      { area, item: here.region, found: 'no other Region was named', wanted: 'a copy elsewhere', verdict: 'warn' },
    ]
  const ready = newestFirst(there.backups.filter(({ copy, state }) => copy !== undefined && state === 'READY'))
  const [newest] = ready
  if (newest === undefined) return [{ area, item: there.region, found: 'no READY copy', wanted: 'one', verdict: 'bad' }]
  const days = (now - newest.createdAt) / dayMs
  const oldest = Math.min(...ready.map(placedAt))
  return [
    {
      area,
      item: `newest: ${newest.id}`,
      found: `READY in ${there.region}, contents ${days.toFixed(1)} days old`,
      wanted: `${wanted.copyDays.warn} days at most`,
      // nothing new comes into an offline cluster: its copy is as good as its age is high
      verdict: wanted.hsms === 0 ? 'good' : atMost(days, wanted.copyDays),
    },
    {
      area,
      item: there.region,
      found: `${ready.length} READY, the oldest copied ${counted(Math.floor((now - oldest) / dayMs), 'day')} ago`,
      wanted: 'pruned by age: AWS removes no copy by itself',
      verdict: 'good',
    },
  ]
}

function leaving(backups: readonly KeyBackup[]): number {
  return backups.filter(({ state }) => state === 'PENDING_DELETION').length
}
