import { openBindings, type OpenedBindings } from '../environment/open-bindings.ts'
import { RefusedLogins } from '../environment/refused-logins.ts'
import type { RunParts } from './run-parts.ts'

/**
 * Opens what a runbook needs, for one run.
 *
 * @throws {BindingError}
 */
export function openRunBindings(runId: string, parts: RunParts): Promise<OpenedBindings> {
  const { state, runbook, environment, ask, credentialChanged, stop } = parts
  return openBindings(environment, [...runbook.bindings.keys()], {
    refusedLogins: new RefusedLogins(state.path),
    ...{ ask, credentialChanged, runId },
    sandbox: environment.sandbox !== undefined,
    signal: stop.requested,
  })
}
