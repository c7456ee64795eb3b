import type { ListedUser } from '../hsm-client/listed-users.ts'
import { atLeast, counted, type Finding } from './finding.ts'
import type { Thresholds } from './thresholds.ts'

/** Who can log in, and how many more admins there are than a quorum takes. */
export function peopleFindings(
  users: readonly ListedUser[],
  quorum: Readonly<Record<string, number>>,
  { quorumHeadroom }: Pick<Thresholds, 'quorumHeadroom'>,
): Finding[] {
  return [...users.flatMap(userFindings), ...quorumFindings(users, quorum, quorumHeadroom)]
}

function userFindings({ username: item, role, locked, everywhere }: ListedUser): Finding[] {
  const area = 'users'
  const found = [role, ...(locked ? ['locked'] : []), ...(everywhere ? [] : ['not on every HSM'])].join(', ')
  const isGood = !locked && everywhere && role !== 'unactivated-admin'
  return [{ area, item, found, wanted: 'not locked, on every HSM', verdict: isGood ? 'good' : 'bad' }]
}

/** Only who is not locked and has registered a key can approve. */
function quorumFindings(
  users: readonly ListedUser[],
  values: Readonly<Record<string, number>>,
  headroom: Thresholds['quorumHeadroom'],
): Finding[] {
  const area = 'quorum'
  const admins = users.filter(({ role }) => role === 'admin')
  const approvers = admins.filter(({ locked, quorumKey }) => quorumKey && !locked).length
  return ['user', 'quorum'].map((service) => {
    const value = values[service] ?? 1
    const item = `service ${service}`
    if (value < 2) {
      const found = `one admin alone decides; ${counted(admins.length, 'admin')}`
      return { area, item, found, wanted: 'two or more', verdict: 'warn' }
    }
    return {
      area,
      item,
      found: `${value} of ${counted(approvers, 'admin')} who can approve`,
      wanted: `${value + headroom.warn} admins`,
      verdict: atLeast(approvers - value, headroom),
    }
  })
}
