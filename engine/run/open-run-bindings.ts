import { bindingsAtStart } from '../document/bindings-of.ts'
import { openBindings, type OpenedBindings } from '../environment/open-bindings.ts'
import { RefusedLogins } from '../environment/refused-logins.ts'
import type { RunParts } from './run-parts.ts'

/**
 * Opens what a runbook needs, for one run: what is there before its first step, and what the secrets of the others come through.
 *
 * @throws {BindingError}
 */
export function openRunBindings(runId: string, parts: RunParts): Promise<OpenedBindings> {
  const { state, runbook, environment, ask, credentialChanged, stop } = parts
  const later = [...runbook.bindings].flatMap(([name, { madeBy }]) => (madeBy === undefined ? [] : [name]))
  const through = later.flatMap((name) => environment.bindings.get(name)?.needs ?? [])
  return openBindings(environment, [...bindingsAtStart(runbook), ...through], {
    refusedLogins: new RefusedLogins(state.path),
    ...{ ask, credentialChanged, runId },
    sandbox: environment.sandbox !== undefined,
    signal: stop.requested,
  })
}
