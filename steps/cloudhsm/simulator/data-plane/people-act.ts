import type { Cluster } from '../state.ts'
import { commit, latest } from './command.ts'
import type { HsmWorld } from './hsm-world.ts'
import { setPassword } from './user-commands.ts'
import { isLocked, withUser } from './users.ts'

/** Lets the simulated people do what their time has come for. */
export async function peopleAct(world: HsmWorld): Promise<void> {
  const now = world.clock.now()
  for (const { at, cluster, user } of world.people.newcomers(world.store.state.clusters)) {
    if (at > now || isLocked(user, world.settings)) continue
    const call = { world, cluster: latest(world, cluster) }
    // the first admin's password is whoever's who activated the cluster
    const own = user.name !== 'admin'
    const changed = own
      ? await setPassword(call, call.cluster.data, user, world.people.password(user.name), false)
      : user
    const registered = { ...changed, quorumPublicKeyPem: world.people.publicKeyPem(user.name) }
    commit(call, {
      data: withUser(latest(world, cluster).data, registered),
      operation: 'user change-quorum token-sign register',
      resource: `user/${user.name}`,
    })
    world.people.show(user.name)
  }
  world.people.signUntil(now)
}

/** When the people whom a look is about act next; `undefined`: nobody will. */
export function nextPeopleEvent(world: HsmWorld, words: string, cluster: Cluster): number | undefined {
  if (words === 'quorum token-sign list') return world.people.nextSignatureAt
  if (words !== 'user list') return undefined
  return world.people.newcomers([cluster]).find(({ user }) => !isLocked(user, world.settings))?.at
}
