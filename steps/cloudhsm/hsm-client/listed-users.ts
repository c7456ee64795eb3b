import type { Json } from '../../../engine/step/json.ts'
import { listAt, memberOf, textAt } from './answer.ts'

/** A user as `user list` tells of it. */
export interface ListedUser {
  readonly username: string
  /** `admin`, `crypto-user`; before activation `unactivated-admin`. */
  readonly role: string
  /** Also when some HSMs say so and others do not. */
  readonly locked: boolean
  /** Whether a key to sign quorum tokens with is registered. */
  readonly quorumKey: boolean
  /** Whether every HSM has the user. */
  readonly everywhere: boolean
}

/** @throws {StepError} `device` when it is no list of users */
export function usersIn(data: Json): readonly ListedUser[] {
  return listAt(data, 'users')
    .map((user) => ({
      username: textAt(user, 'username'),
      role: textAt(user, 'role').replace('_', '-'),
      locked: textAt(user, 'locked') !== 'false',
      quorumKey: hasQuorumKey(memberOf(user, 'quorum')),
      everywhere: textAt(user, 'cluster-coverage') === 'full',
    }))
    .filter(({ role }) => !role.startsWith('internal('))
}

function hasQuorumKey(quorum: Json | undefined): boolean {
  return Array.isArray(quorum) && quorum.some((each: Json) => memberOf(each, 'status') === 'enabled')
}
