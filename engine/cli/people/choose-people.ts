import { thisProcess } from '../../run/process-identity.ts'
import { principalOf, type Environment } from '../../document/environment.ts'
import type { Runbook } from '../../document/runbook.ts'
import type { People } from '../../run/local-host.ts'
import type { StateFolder } from '../../run/state-folder.ts'
import type { Arguments } from '../parse-arguments.ts'
import type { Terminal } from '../terminal.ts'
import { answersByFlag } from './answers-by-flag.ts'
import { peopleAtSite } from './people-at-site.ts'

export interface PeopleParts {
  readonly args: Arguments
  readonly runbook: Runbook
  readonly environment: Environment
  readonly state: StateFolder
  readonly terminal: Terminal | undefined
  /** Told to whoever waits: how to answer. */
  readonly say: (text: string) => void
}

/**
 * Who answers: with `--approve-all` nobody is asked, which only a live sandbox allows, and `--confirm` beats what the rehearsal would
 * type; else the inbox, the flags and the people at the terminal.
 *
 * @throws {NeedsPerson} when there is no live sandbox
 */
export async function choosePeople(parts: PeopleParts): Promise<People> {
  const { args, runbook, environment } = parts
  const insistOnSandbox = async (): Promise<void> => {
    const sandbox = await import('../../sandbox/approve-all.ts')
    await sandbox.insistOnSandbox(environment, [...runbook.bindings.keys()])
  }
  const flags = answersByFlag(args)
  const site = peopleAtSite({
    ...parts,
    insistOnSandbox,
    principal: principalOf(environment, thisProcess().user),
    flags,
    wait: parts.terminal !== undefined || args.flag('wait'),
  })
  if (!args.flag('approve-all')) return site
  const { approveAll } = await import('../../sandbox/approve-all.ts')
  const all = await approveAll(environment, runbook)
  return {
    answer(request, signal, runId) {
      const byPerson = request.kind === 'resolution' || request.kind === 'override'
      // what somebody says beats what a rehearsal would have said
      const isSaid = request.kind === 'manual' && flags.confirm.has(request.step.id)
      return byPerson || isSaid ? site.answer(request, signal, runId) : all.answer(request, signal, runId)
    },
  }
}
