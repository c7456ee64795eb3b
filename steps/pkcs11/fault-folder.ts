import type { OpenContext } from '../../engine/step/binding-kind.ts'
import { StepError } from '../../engine/step/errors.ts'
import { isInside } from './sandbox-only.ts'

/** The variable by which a sandbox says where it keeps the faults of PKCS#11 calls. No library sees it. */
export const faultVariable = 'RUNBOOK_PKCS11_FAULTS'

/**
 * Takes the folder of injected faults out of a binding's variables.
 *
 * @throws {StepError} `denied` outside of a sandbox, and for a folder that is not the sandbox's own
 */
export async function faultFolderOf(
  variables: Readonly<Record<string, string>>,
  { name, sandbox, baseFolder }: Pick<OpenContext, 'name' | 'sandbox' | 'baseFolder'>,
): Promise<{ readonly faults: string | undefined; readonly environment: Readonly<Record<string, string>> }> {
  const { [faultVariable]: faults, ...environment } = variables
  if (faults === undefined || (sandbox && (await isInside(faults, baseFolder)))) return { faults, environment }
  throw new StepError('denied', `binding \`${name}\`: faults are injected into a sandbox's own tokens only`, {
    hint: `take \`${faultVariable}\` out of its \`environment\``,
  })
}
