import { randomBytes } from 'node:crypto'
import { activated } from '../activated.ts'
import { slowMs } from '../context.ts'
import { clusterState } from '../lifecycle.ts'
import type { DataPlane, HsmUser } from '../data-plane-state.ts'
import { requireApproval } from './approvals.ts'
import { type Call, commit, latest, note, type Reply, requireLogin } from './command.ts'
import { CliError } from './cli-error.ts'
import type { Login } from './logins.ts'
import { hashOf, requirePassword, seal } from './passwords.ts'
import { requireQuorumKey, requireRegistration } from './quorum.ts'
import {
  applianceUser,
  findUser,
  getUser,
  isLocked,
  requireNewName,
  type Role,
  shownUser,
  tryLogin,
  withUser,
} from './users.ts'
import { makeUserToken, ownsKeys, placeUserToken, removeUserToken } from './user-tokens.ts'

export function listUsers({ cluster, world }: Call): Reply {
  return { data: { users: [...cluster.data.users.map((user) => shownUser(user, world.settings)), applianceUser] } }
}

export function activate(call: Call): Reply {
  const { world, options } = call
  const now = world.clock.now()
  const cluster = latest(world, call.cluster)
  const [admin] = cluster.data.users
  if (admin?.role !== 'unactivated-admin') throw new CliError('Cluster is already activated')
  if (clusterState(cluster, now) !== 'INITIALIZED') throw new CliError('Cluster is not initialized')
  const password = options.text('password')
  requirePassword(password)
  const data = withUser(cluster.data, { ...admin, role: 'admin', ...hashOf(password), createdAt: now })
  const active = activated({ ...cluster, data }, world, call.fault === 'slow' ? slowMs : 0)
  commit(call, {
    data,
    operation: 'cluster activate',
    resource: 'user/admin',
    cluster: active.cluster,
    backups: [active.backup],
  })
  return { data: 'Cluster activation successful' }
}

export function logIn(call: Call): Reply {
  const { cluster, options, connection, world } = call
  const [username, role] = [options.text('username').toLowerCase(), roleOf(call)]
  if (call.login !== undefined) throw new CliError(`User ${call.login.username} is already logged in`)
  const user = findUser(cluster.data, username, role)
  if (user === undefined) throw new CliError('Login failed')
  const tried = tryLogin(user, options.text('password'), world.settings)
  if (tried.user.failures !== user.failures) note(call, withUser(cluster.data, tried.user))
  if (tried.outcome !== 'in')
    throw new CliError(isLocked(tried.user, world.settings) ? 'User account is locked' : 'Login failed')
  world.logins.begin(connection, { clusterId: cluster.id, username, role, tokens: [] })
  return { data: { username, role } }
}

export function logOut({ login, world, connection, cluster }: Call): Reply {
  if (login === undefined) throw new CliError('You are not logged in')
  world.logins.end(connection, cluster.id)
  return { data: 'Logout successful' }
}

export async function createUser(call: Call): Promise<Reply> {
  const { options, world } = call
  const login = requireLogin(call, 'admin')
  const { data } = call.cluster
  const [name, role, password] = [
    requireNewName(data, options.text('username')),
    roleOf(call),
    options.text('password'),
  ]
  requirePassword(password)
  const use = requireApproval(call, login, { service: 'user', value: data.quorum.user ?? 1 })
  const base = { name, role, ...hashOf(password), failures: 0, createdAt: world.clock.now() }
  const user: HsmUser =
    role === 'crypto-user' ? { ...base, token: await makeUserToken(world, name, `${name}:${password}`) } : base
  commit(call, { data: withUser(data, user), operation: 'user create', resource: `user/${name}` })
  placeUserToken(world, user)
  use()
  return { data: { username: name, role } }
}

export function deleteUser(call: Call): Reply {
  const { options, world, cluster } = call
  const login = requireLogin(call, 'admin')
  const { data } = cluster
  const user = getUser(data, options.text('username'), roleOf(call))
  if (isIn(call, user)) throw new CliError('User is logged in')
  if (ownsKeys(world, user)) throw new CliError('User owns keys')
  if (user.role === 'admin' && data.users.filter(({ role }) => role === 'admin').length === 1)
    throw new CliError('The last admin cannot be deleted')
  const use = requireApproval(call, login, { service: 'user', value: data.quorum.user ?? 1 })
  const keys = data.keys.map((key) => ({ ...key, sharedWith: key.sharedWith.filter((name) => name !== user.name) }))
  const users = data.users.filter((each) => each !== user)
  commit(call, { data: { ...data, users, keys }, operation: 'user delete', resource: `user/${user.name}` })
  removeUserToken(world, user)
  use()
  return { data: { username: user.name, role: user.role } }
}

/** A user's own password needs nobody's approval; another user's is an admin's to change, which unlocks it too. */
export async function changePassword(call: Call): Promise<Reply> {
  const { options, cluster } = call
  const login = requireLogin(call, 'admin', 'crypto-user')
  const { data } = cluster
  const user = getUser(data, options.text('username'), roleOf(call))
  const own = user.name === login.username && user.role === login.role
  if (!own && login.role !== 'admin') throw new CliError('Only an admin changes the password of another user')
  if (!own && isIn(call, user)) throw new CliError('User is logged in')
  const password = options.text('password')
  requirePassword(password)
  const use = own ? () => undefined : requireApproval(call, login, { service: 'user', value: data.quorum.user ?? 1 })
  await setPassword(call, data, user, password, options.flag('deregister-quorum'))
  use()
  return { data: { username: user.name, role: user.role } }
}

export async function setPassword(
  call: Pick<Call, 'world' | 'cluster'>,
  data: DataPlane,
  user: HsmUser,
  password: string,
  deregister: boolean,
): Promise<HsmUser> {
  const { quorumPublicKeyPem, token, ...rest } = user
  const sealed = token && { ...token, sealedPin: seal(`${user.name}:${password}`, token.soPin) }
  const changed = {
    ...rest,
    ...hashOf(password, randomBytes(16).toString('hex')),
    failures: 0,
    ...(deregister || quorumPublicKeyPem === undefined ? {} : { quorumPublicKeyPem }),
    ...(sealed === undefined ? {} : { token: sealed }),
  }
  commit(call, {
    data: withUser(data, changed),
    operation: 'user change-password',
    resource: `user/${user.name}`,
  })
  if (sealed !== undefined) await call.world.keys.setPin(sealed)
  return changed
}

export function registerQuorumKey(call: Call): Reply {
  const { options, cluster } = call
  const login = requireLogin(call, 'admin', 'crypto-user')
  const pem = requireQuorumKey((options.file('public-key') ?? Buffer.alloc(0)).toString('utf8'))
  const token = login.tokens.find(({ service }) => service === 'registration')
  requireRegistration(options.file('signed-token') ?? Buffer.alloc(0), pem, token)
  const user = getUser(cluster.data, login.username, login.role)
  if (user.quorumPublicKeyPem !== undefined) throw new CliError('User has a registered public key already')
  commit(call, {
    data: withUser(cluster.data, { ...user, quorumPublicKeyPem: pem }),
    operation: 'user change-quorum token-sign register',
    resource: `user/${user.name}`,
  })
  login.tokens = login.tokens.filter((each) => each !== token)
  return { data: { username: user.name, role: user.role } }
}

function roleOf({ options }: Call): Role {
  return options.text('role') === 'admin' ? 'admin' : 'crypto-user'
}

function isIn({ world, cluster }: Call, user: HsmUser): boolean {
  return world.logins.of(cluster.id).some((login: Login) => login.username === user.name && login.role === user.role)
}
