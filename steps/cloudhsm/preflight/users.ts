import { definePreflightLook, type Finding } from '../../../engine/step/preflight.ts'
import { asCloudHsmClient } from '../hsm-client/client.ts'
import type { ListedUser } from '../hsm-client/listed-users.ts'
import { listUsers } from '../hsm-client/users.ts'
import { knownClusters } from './known-clusters.ts'

/** Whether the users of a binding are in the cluster, have their role there and are not locked. Logs in nowhere, but reads the passwords. */
export const users = definePreflightLook({
  name: 'users',
  summary: 'Lists the users of the clusters that the steps name',
  capability: 'hsm-client',
  async look(target, { steps, signal, unreadable }): Promise<readonly Finding[]> {
    const client = asCloudHsmClient(target)
    const made = steps.flatMap(({ uses, inputs }) => (uses === 'cloudhsm.create-user' ? [inputs['username']] : []))
    const findings: Finding[] = []
    for (const id of knownClusters(steps)) {
      const listed = await listUsers(client, id, signal)
      for (const [name, { role, reference }] of Object.entries(client.users)) {
        const user = listed.find(({ username }) => username === name)
        const what = `user ${name} of ${id}`
        const finding = judged(user, role, made.includes(name))
        const hasPassword = finding.verdict === 'good' && user?.role === role
        const failure = hasPassword ? await unreadable(reference) : undefined
        if (failure === undefined) findings.push({ what, ...finding })
        else findings.push({ what, verdict: 'bad', detail: failure.message, hint: 'mend the reference in the binding' })
      }
    }
    return findings
  },
})

function judged(user: ListedUser | undefined, wanted: string, made: boolean): Omit<Finding, 'what'> {
  if (user === undefined)
    return made
      ? { verdict: 'good', detail: 'not there yet: a step creates it' }
      : { verdict: 'bad', detail: 'is not in the cluster', hint: 'create it, or take it out of the binding' }
  const { role, locked, everywhere } = user
  if (locked)
    return { verdict: 'bad', detail: `${role}, locked`, hint: 'let an admin change its password, which unlocks it' }
  if (role !== wanted && role !== `unactivated-${wanted}`)
    return { verdict: 'bad', detail: `has role ${role}, wanted ${wanted}`, hint: 'mend the role in the binding' }
  if (!everywhere)
    return { verdict: 'bad', detail: `${role}, not on every HSM`, hint: 'let `cloudhsm-cli` bring the HSMs in step' }
  return { verdict: 'good', detail: `${role}, not locked` }
}
