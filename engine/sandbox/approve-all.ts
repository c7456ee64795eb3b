import type { Environment } from '../document/environment.ts'
import { claimOf } from '../environment/target-board.ts'
import type { People } from '../run/local-host.ts'
import { NeedsPerson } from '../run/run-stop.ts'
import { shakeHands } from './control-client.ts'

/**
 * Answers approvals with the approvers an environment names, and points of no return, in a sandbox only: its sandbox has to
 * answer, and every binding used has to be one that this sandbox made (folders apart, where certificates are put).
 *
 * @throws {NeedsPerson} `approval`
 */
export async function approveAll(environment: Environment, bindings: Iterable<string>): Promise<People> {
  await insistOnSandbox(environment, bindings)
  return {
    answer(request) {
      if (request.kind === 'confirmation') return Promise.resolve(request.word)
      const by = (environment.approvers.get(request.role) ?? []).slice(0, request.count)
      if (by.length < request.count)
        return Promise.reject(
          new NeedsPerson(
            'approval',
            `\`${request.role}\` has to approve ${request.count} times, and environment \`${environment.source.path}\` names ${by.length}`,
            {
              step: request.step,
              hint: `name them under \`approvers: ${request.role}:\``,
            },
          ),
        )
      return Promise.resolve({ digest: request.digest, by, how: 'unsigned' })
    },
  }
}

/** @throws {NeedsPerson} `approval` where unsigned approvals would be worth something */
export async function insistOnSandbox(environment: Environment, bindings: Iterable<string>): Promise<void> {
  if (environment.sandbox === undefined)
    throw new NeedsPerson(
      'approval',
      `environment \`${environment.name}\` is no sandbox, and approvals in this version are unsigned`,
      {
        hint: 'signed approvals come with a later version; until then rehearse with a sandbox',
      },
    )
  const { claims } = await shakeHands(environment.sandbox)
  for (const name of bindings) {
    const { kind } = environment.bindings.get(name) ?? {}
    const claim = claimOf(environment, name)
    if (kind?.provides === 'folder' || claims[name] === claim) continue
    throw new NeedsPerson('approval', `binding \`${name}\` is not of the sandbox that answers: it claims ${claim}`, {
      hint: 'use the environment as the sandbox wrote it',
    })
  }
}
