import type { JsonObject } from '../../../../engine/step/json.ts'
import type { DataPlane } from '../data-plane-state.ts'
import { living, requireApproval } from './approvals.ts'
import { type Call, commit, type Reply, requireLogin } from './command.ts'
import { CliError } from './cli-error.ts'
import { getKey } from './find-keys.ts'
import type { Login } from './logins.ts'
import {
  type AdminService,
  makeToken,
  type QuorumService,
  tokenFile,
  type QuorumToken,
  tokenSeconds,
} from './quorum.ts'

/** The largest quorum value [D]. */
export const largestQuorum = 8

export async function generateToken(call: Call): Promise<Reply> {
  const { options, world, cluster } = call
  const login = requireLogin(call, 'admin', 'crypto-user')
  // the program has checked that it is one of these
  const service = options.text('service') as QuorumService
  const forKeys = service === 'key-usage' || service === 'key-management'
  if (service !== 'registration' && forKeys !== (login.role === 'crypto-user'))
    throw new CliError(`A user with role ${login.role} cannot generate a token for service ${service}`)
  const now = world.clock.now()
  const others = living(login, now).filter((token) => service !== 'registration' || token.service !== service)
  if (!forKeys && others.some((token) => token.service === service))
    throw new CliError('A token for this service exists already')
  const reference = forKeys ? (await getKey(call, options.list('filter'))).reference : undefined
  const token = makeToken(service, now, reference)
  login.tokens = [...others, token]
  if (service !== 'registration') world.people.receive(cluster, login, token)
  return {
    data: { [world.settings.quorumPathMember]: options.text('token') },
    files: { token: Buffer.from(tokenFile(token)).toString('base64') },
  }
}

export function listTokens(call: Call): Reply {
  requireLogin(call, 'admin', 'crypto-user')
  const { world, cluster } = call
  const now = world.clock.now()
  const tokens = world.logins
    .of(cluster.id)
    .flatMap((login) => living(login, now).map((token) => shownToken(login, token, cluster.data, now)))
  return { data: { tokens: tokens.filter((token) => token !== undefined) } }
}

function shownToken(login: Login, token: QuorumToken, data: DataPlane, now: number): JsonObject | undefined {
  const { service, keyReference, generatedAt } = token
  if (service === 'registration') return undefined
  const base = { username: login.username, service }
  if (service === 'key-usage' || service === 'key-management')
    return { ...base, 'key-reference': keyReference ?? '', 'minimum-token-count': 1 }
  return {
    ...base,
    'approvals-required': data.quorum[service] ?? 1,
    'number-of-approvals': 0,
    'token-timeout-seconds': Math.ceil((generatedAt + tokenSeconds * 1000 - now) / 1000),
    'cluster-coverage': 'full',
  }
}

/** Anybody may ask, logged in or not [D]. */
export function listQuorumValues(call: Call): Reply {
  const { quorum } = call.cluster.data
  const cluster = call.cluster.hsmType.startsWith('hsm1.') ? {} : { cluster: quorum.cluster ?? 1 }
  return { data: { user: quorum.user ?? 1, quorum: quorum.quorum ?? 1, ...cluster } }
}

export function listTimeouts(call: Call): Reply {
  requireLogin(call, 'admin', 'crypto-user')
  return { data: { generated: tokenSeconds, approved: tokenSeconds } }
}

export function setQuorumValue(call: Call): Reply {
  const { options, cluster } = call
  const login = requireLogin(call, 'admin')
  const { data } = cluster
  const admins = data.users.filter(({ role }) => role === 'admin').length
  const value = options.integer('value', 2, Math.min(largestQuorum, admins)) ?? 2
  // the program has checked that it is one of these
  const service = options.text('service') as AdminService
  if (service === 'cluster' && cluster.hsmType.startsWith('hsm1.')) throw new CliError('Service is not supported')
  const use = requireApproval(call, login, { service: 'quorum', value: data.quorum.quorum ?? 1 })
  commit(call, {
    data: { ...data, quorum: { ...data.quorum, [service]: value } },
    operation: 'quorum token-sign set-quorum-value',
    resource: `quorum/${service}`,
  })
  use()
  return { data: 'Set quorum value successful' }
}

export function deleteTokens(call: Call): Reply {
  const login = requireLogin(call, 'admin', 'crypto-user')
  const { world, cluster, options } = call
  if (options.text('scope') === 'all' && login.role !== 'admin') throw new CliError('Only an admin deletes all tokens')
  const logins = options.text('scope') === 'all' ? world.logins.of(cluster.id) : [login]
  for (const each of logins) {
    world.people.forget(each.tokens)
    each.tokens = []
  }
  return { data: 'Deletion of quorum token(s) successful' }
}
