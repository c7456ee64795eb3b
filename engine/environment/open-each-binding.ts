import type { Environment } from '../document/environment.ts'
import type { OpenBinding } from '../step/binding-kind.ts'
import { StepError } from '../step/errors.ts'
import { BindingError, closeAll, inOrder, openOne, type OpenedBindings, type OpeningParts } from './open-bindings.ts'

export interface EachBinding extends AsyncDisposable, Pick<OpenedBindings, 'opened'> {
  /** Why the others did not open, by name. */
  readonly failed: ReadonlyMap<string, StepError>
}

/**
 * Opens the named bindings and those that their secrets come through, as `openBindings` does, but goes on behind one that fails.
 *
 * @throws {BindingError} when it was stopped
 */
export async function openEachBinding(
  environment: Environment,
  names: readonly string[],
  parts: OpeningParts,
): Promise<EachBinding> {
  const opened = new Map<string, OpenBinding<unknown>>()
  const failed = new Map<string, StepError>()
  const close = (): Promise<void> => closeAll([...opened.values()].reverse())
  try {
    for (const { name, target } of inOrder(environment, names)) {
      const missing = target.needs.find((need) => failed.has(need))
      if (missing !== undefined) failed.set(name, needed(missing))
      else
        try {
          opened.set(name, await openOne(environment, name, target, parts, opened))
        } catch (error) {
          if (!(error instanceof BindingError) || error.error.code === 'cancelled') throw error
          failed.set(name, error.error)
        }
    }
  } catch (error) {
    await close().catch(() => undefined) // clean-up after another error, which is the one to be told
    throw error
  }
  return { opened, failed, [Symbol.asyncDispose]: close }
}

function needed(binding: string): StepError {
  return new StepError('not-found', `its secret comes through binding \`${binding}\`, which did not open`)
}
