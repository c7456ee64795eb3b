import type { CloudHsmClient } from '../client.ts'
import type { ListedUser } from '../listed-users.ts'
import { quorumValues } from '../users.ts'
import type { Approval } from './approve.ts'

/** Who did register a key to sign quorum tokens with, and can use it. */
export function registeredAdmins(users: readonly ListedUser[]): readonly string[] {
  return users.flatMap(({ username, role, quorumKey, locked }) =>
    role === 'admin' && quorumKey && !locked ? [username] : [],
  )
}

/** @returns what must be approved by how many admins; `undefined`: the admin may act alone */
export async function adminApproval(
  client: CloudHsmClient,
  {
    clusterId,
    as = 'admin',
    service,
  }: { readonly clusterId: string; readonly as?: string; readonly service: 'user' | 'quorum' },
  users: readonly ListedUser[],
  signal: AbortSignal,
): Promise<Approval | undefined> {
  const needed = (await quorumValues(client, clusterId, signal))[service] ?? 1
  if (needed < 2) return undefined
  return { clusterId, as, service, needed, approvers: registeredAdmins(users), role: 'admin' }
}
