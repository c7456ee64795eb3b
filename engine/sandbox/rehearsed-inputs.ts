import { DocumentError } from '../diagnostics/document-error.ts'
import type { Environment, InputValues } from '../document/environment.ts'
import { resolveInputs } from '../document/resolve-inputs.ts'
import type { Runbook } from '../document/runbook.ts'

/**
 * The inputs that the rehearsal file gives, with the defaults of the others: what `apply` with the sandbox's environment takes.
 *
 * @throws {DocumentError}
 */
export async function rehearsedInputs(runbook: Runbook, environment: Environment): Promise<InputValues> {
  const { values, diagnostics } = await resolveInputs(runbook, { environment })
  if (values === undefined) throw new DocumentError(diagnostics)
  return values
}
