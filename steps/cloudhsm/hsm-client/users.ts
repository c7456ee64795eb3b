import { StepError } from '../../../engine/step/errors.ts'
import type { CloudHsmClient } from './client.ts'
import { type ListedUser, usersIn } from './listed-users.ts'

/** The users of a cluster, the appliance's own left out. Needs no login. */
export async function listUsers(
  client: CloudHsmClient,
  clusterId: string,
  signal: AbortSignal,
): Promise<readonly ListedUser[]> {
  return usersIn(await client.run({ clusterId, words: ['user', 'list'], signal }))
}

/** Which quorum values a cluster has, by service; 1: anybody of the role may act alone. Needs no login. */
export async function quorumValues(
  client: CloudHsmClient,
  clusterId: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, number>>> {
  const words = ['quorum', 'token-sign', 'list-quorum-values']
  const data = await client.run({ clusterId, words, signal })
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new StepError('device', '`cloudhsm-cli` answered something else than quorum values')
  return Object.fromEntries(
    Object.entries(data).flatMap(([service, value]) => (typeof value === 'number' ? [[service, value]] : [])),
  )
}
