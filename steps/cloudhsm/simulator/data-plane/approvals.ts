import type { HsmUser } from '../data-plane-state.ts'
import type { Call } from './command.ts'
import { CliError } from './cli-error.ts'
import type { Login } from './logins.ts'
import { type AdminService, approversOf, isExpired, type KeyService, type QuorumToken, readApproval } from './quorum.ts'

interface Wanted {
  readonly service: AdminService | KeyService
  /** How many must approve; below 2 nobody is asked. */
  readonly value: number
  /** Of key services. */
  readonly keyReference?: string
  /** Who may approve, beside having the role. */
  readonly may?: (user: HsmUser) => boolean
  /** The option that names the file. */
  readonly option?: string
}

/**
 * Holds the approval that a command was given against what it needs.
 *
 * @returns uses the token up; for when the command has succeeded
 * @throws {CliError}
 */
export function requireApproval(call: Call, login: Login, wanted: Wanted): () => void {
  if (wanted.value < 2) return () => undefined
  const file = call.options.file(wanted.option ?? 'approval')
  if (file === undefined) throw new CliError('Quorum approval is required for this operation')
  const approval = readApproval(file)
  const token = living(login, call.world.clock.now()).find(
    (each) =>
      each.service === wanted.service &&
      each.keyReference === wanted.keyReference &&
      each.approvalData.equals(approval.approvalData),
  )
  if (token === undefined) throw new CliError('Quorum approval is required for this operation')
  const { size } = approversOf(approval, call.cluster.data, login.role, wanted.may)
  if (size < wanted.value) throw new CliError('Quorum approval is required for this operation')
  return () => useUp(call, login, token)
}

/** The quorum tokens of a login that are not too old; forgets the others. */
export function living(login: Login, now: number): readonly QuorumToken[] {
  login.tokens = login.tokens.filter((token) => !isExpired(token, now))
  return login.tokens
}

function useUp({ world }: Call, login: Login, token: QuorumToken): void {
  login.tokens = login.tokens.filter((each) => each !== token)
  world.people.forget([token])
}
