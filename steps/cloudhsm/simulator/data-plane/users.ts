import type { JsonObject } from '../../../../engine/step/json.ts'
import type { DataPlane, HsmUser } from '../data-plane-state.ts'
import type { CloudHsmSettings } from '../settings.ts'
import { CliError } from './cli-error.ts'
import { isPassword } from './passwords.ts'

type Lockout = Pick<CloudHsmSettings, 'failuresThatLock'>

/** A role that somebody logs in with. */
export type Role = 'admin' | 'crypto-user'

export function findUser(data: DataPlane, name: string, role: Role): HsmUser | undefined {
  return data.users.find((user) => user.name === name.toLowerCase() && user.role === role)
}

/** @throws {CliError} */
export function getUser(data: DataPlane, name: string, role: Role): HsmUser {
  const user = findUser(data, name, role)
  if (user === undefined) throw new CliError(`User ${name.toLowerCase()} with role ${role} does not exist`)
  return user
}

/** Names are kept in lower case [D]. @throws {CliError} */
export function requireNewName(data: DataPlane, name: string): string {
  const lower = name.toLowerCase()
  if (!/^[a-z0-9_-]{1,31}$/.test(lower)) throw new CliError('Username is invalid')
  // one list for both roles here: the HSM keeps a name per role, and two people of one name are nobody's wish
  if (lower === 'app_user' || data.users.some((user) => user.name === lower)) throw new CliError('User already exists')
  return lower
}

export function withUser(data: DataPlane, changed: HsmUser): DataPlane {
  const known = data.users.some((user) => user.name === changed.name)
  const users = known
    ? data.users.map((user) => (user.name === changed.name ? changed : user))
    : [...data.users, changed]
  return { ...data, users }
}

export function isLocked(user: HsmUser, { failuresThatLock }: Lockout): boolean {
  return user.failures >= failuresThatLock
}

/** What comes of a try to log in: whether it succeeds, and how many in a row have failed by then. */
export function tryLogin(
  user: HsmUser,
  password: string,
  lockout: Lockout,
): { readonly outcome: 'in' | 'wrong' | 'locked'; readonly user: HsmUser } {
  if (isLocked(user, lockout)) return { outcome: 'locked', user }
  if (isPassword(user, password)) return { outcome: 'in', user: { ...user, failures: 0 } }
  return { outcome: 'wrong', user: { ...user, failures: user.failures + 1 } }
}

/** As `user list` shows it. */
export function shownUser(user: HsmUser, lockout: Lockout): JsonObject {
  return {
    username: user.name,
    role: user.role,
    locked: String(isLocked(user, lockout)),
    mfa: [],
    quorum: user.quorumPublicKeyPem === undefined ? [] : [{ strategy: 'token-sign', status: 'enabled' }],
    'cluster-coverage': 'full',
  }
}

/** The user that every HSM has for itself. */
export const applianceUser: JsonObject = {
  username: 'app_user',
  role: 'internal(APPLIANCE_USER)',
  locked: 'false',
  mfa: [],
  quorum: [],
  'cluster-coverage': 'full',
}
