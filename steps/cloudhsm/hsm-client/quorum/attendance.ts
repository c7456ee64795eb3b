import { Type } from 'typebox'
import { userName } from '../config.ts'

/** Input of a step that may take signatures. */
export const approvers = Type.Optional(
  Type.Array(userName('Name of an approver'), {
    description:
      'Who will be asked to sign, for the plan to say who must be there; empty: nobody, as no quorum is set yet. Who may sign is who registered a key with the cluster',
  }),
)

/** Who must be there for a quorum, as a plan says it. */
export function attendance(named: readonly string[] | undefined, whoElse: string): readonly string[] {
  const how =
    'each with a signing key of their own, within 10 minutes of each other, reading and writing the quorum folder'
  if (named === undefined) return [`as many ${whoElse} as the quorum value asks, where one is set: ${how}`]
  return named.length === 0 ? [] : [`as many of ${named.join(', ')} as the quorum value asks: ${how}`]
}
