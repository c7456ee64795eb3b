import type { Environment } from '../document/environment.ts'
import { claimOf } from '../environment/target-board.ts'
import type { People } from '../run/local-host.ts'
import { NeedsPerson } from '../run/run-stop.ts'
import { type Handshake, shakeHands } from './control-client.ts'

/**
 * Answers approvals with the approvers an environment names, and points of no return, in a sandbox only: its sandbox has to
 * answer, now and at each question, and then every binding has to be one that this sandbox made (folders apart, where certificates
 * are put).
 *
 * @throws {NeedsPerson} `approval`
 */
export async function approveAll(environment: Environment, bindings: readonly string[]): Promise<People> {
  await claimsOfSandbox(environment)
  return {
    async answer(request) {
      await insistOnSandbox(environment, bindings)
      if (request.kind === 'confirmation') return request.word
      const { role, count, digest, step } = request
      const by = (environment.approvers.get(role) ?? []).slice(0, count)
      if (by.length === count) return { digest, by, how: 'unsigned' }
      const named = `environment \`${environment.source.path}\` names ${by.length}`
      throw new NeedsPerson('approval', `\`${role}\` has to approve ${count} times, and ${named}`, {
        step,
        hint: `name them under \`approvers: ${role}:\``,
      })
    },
  }
}

/** @throws {NeedsPerson} `approval` where unsigned approvals would be worth something */
export async function insistOnSandbox(environment: Environment, bindings: readonly string[]): Promise<void> {
  const claims = await claimsOfSandbox(environment)
  for (const name of bindings) {
    const { kind } = environment.bindings.get(name) ?? {}
    const claim = claimOf(environment, name)
    if (kind?.provides === 'folder' || claims[name] === claim) continue
    throw new NeedsPerson('approval', `binding \`${name}\` is not of the sandbox that answers: it claims ${claim}`, {
      hint: 'use the environment as the sandbox wrote it',
    })
  }
}

async function claimsOfSandbox(environment: Environment): Promise<Handshake['claims']> {
  if (environment.sandbox === undefined)
    throw new NeedsPerson(
      'approval',
      `environment \`${environment.name}\` is no sandbox, and approvals in this version are unsigned`,
      { hint: 'signed approvals come with a later version; until then rehearse with a sandbox' },
    )
  return (await shakeHands(environment.sandbox)).claims
}
