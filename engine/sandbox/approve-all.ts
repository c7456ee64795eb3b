import type { Environment } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import type { ManualRequest } from '../run/person-request.ts'
import type { Json } from '../step/json.ts'
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
export async function approveAll(
  environment: Environment,
  runbook: Pick<Runbook, 'name' | 'bindings'>,
): Promise<People> {
  const bindings = [...runbook.bindings.keys()]
  await claimsOfSandbox(environment)
  return {
    async answer(request) {
      await insistOnSandbox(environment, bindings)
      switch (request.kind) {
        case 'confirmation':
          return request.word
        case 'manual':
          return answerManual(environment, runbook.name, request)
        case 'override':
        case 'resolution':
          throw new NeedsPerson(request.kind === 'override' ? 'window' : 'in-doubt', request.why, {
            step: request.step,
          })
        case 'approval':
      }
      const { role, count, digest, step, given, operators } = request
      const people = (environment.approvers.get(role) ?? []).filter((each) => !operators.includes(each))
      const by = people.find((each) => !given.includes(each))
      if (by !== undefined && people.length >= count) return { decision: 'approve', digest, by, how: 'unsigned' }
      const named = `environment \`${environment.source.path}\` names ${people.length}`
      throw new NeedsPerson('approval', `\`${role}\` has to approve ${count} times, and ${named}`, {
        step,
        hint: `name them under \`approvers: ${role}:\``,
      })
    },
  }
}

/** What the rehearsal file says that the person types. */
function answerManual(environment: Environment, runbook: string, { step, confirm }: ManualRequest): Json {
  const id = step.id.replace(/\[.*$/, '')
  const answer = environment.answers.get(runbook)?.[id] ?? ('const' in confirm ? id : undefined)
  if (answer !== undefined)
    return { value: typeof answer === 'string' ? answer : JSON.stringify(answer), by: 'rehearsal' }
  throw new NeedsPerson('manual', 'a person does this, and the rehearsal file does not say what is typed', {
    step,
    hint: `add it under \`answers: ${id}:\``,
  })
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
      `environment \`${environment.name}\` is no sandbox, where approvals are signed by people`,
      { hint: 'leave `--approve-all` out; approvers run `runbook approve`' },
    )
  return (await shakeHands(environment.sandbox)).claims
}
