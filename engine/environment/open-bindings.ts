import type { Static, TObject } from 'typebox'
import type { BoundTarget, Environment } from '../document/environment.ts'
import type { OpenBinding, OpenContext } from '../step/binding-kind.ts'
import { StepError } from '../step/errors.ts'
import { type AskSecret, fetchSecret } from './secrets.ts'
import { secretPlaces } from './secret-places.ts'
import type { RefusedLogins } from './refused-logins.ts'

export interface OpeningParts {
  readonly refusedLogins: RefusedLogins
  readonly ask: AskSecret
  /** Names of bindings whose refused credential a person says has changed. */
  readonly credentialChanged: readonly string[]
  readonly runId: string | undefined
  /** True when the environment's sandbox answered. */
  readonly sandbox: boolean
  readonly signal: AbortSignal
}

/** Bindings that were opened and turned out to be what they claim. */
export interface OpenedBindings extends AsyncDisposable {
  readonly opened: ReadonlyMap<string, OpenBinding<unknown>>
  /**
   * Opens one more, and what its secrets come through. Asked for twice at the same time it is opened once; one that is open stays as
   * it is.
   *
   * @throws {BindingError}
   */
  open(name: string): Promise<void>
}

/** A binding that could not be opened. */
export class BindingError extends Error {
  readonly binding: string
  readonly error: StepError

  constructor(binding: string, error: StepError) {
    super(`binding \`${binding}\`: ${error.message}`, { cause: error })
    this.name = 'BindingError'
    this.binding = binding
    this.error = error
  }
}

/**
 * Opens the named bindings of an environment, and those that their secrets come through before them; one after the other so that
 * what is asked on a terminal keeps an order. When one fails, those before it are closed.
 *
 * @throws {BindingError}
 */
export async function openBindings(
  environment: Environment,
  names: readonly string[],
  parts: OpeningParts,
): Promise<OpenedBindings> {
  const opened = new Map<string, OpenBinding<unknown>>()
  const opening = new Map<string, Promise<void>>()
  let closed = false
  const close = (): Promise<void> => {
    closed = true
    return closeAll([...opened.values()].reverse())
  }
  const openMissing = async (wanted: readonly string[]): Promise<void> => {
    for (const { name, target } of inOrder(environment, wanted)) {
      if (opened.has(name)) continue
      const binding = await openOne(environment, name, target, parts, opened)
      if (closed)
        await binding.close() // nobody waits for it any more
      else opened.set(name, binding)
    }
  }
  try {
    await openMissing(names)
  } catch (error) {
    await close().catch(() => undefined) // clean-up after another error, which is the one to be told
    throw error
  }
  return {
    opened,
    open(name) {
      const pending = opening.get(name) ?? openMissing([name]).finally(() => opening.delete(name))
      opening.set(name, pending)
      return pending
    },
    [Symbol.asyncDispose]: close,
  }
}

/** The order of the names, but what one needs before it. The environment has no circles: its loader refuses them. */
export function inOrder(
  environment: Environment,
  names: readonly string[],
): readonly { name: string; target: BoundTarget }[] {
  const order = new Map<string, BoundTarget>()
  const visit = (name: string): void => {
    if (order.has(name)) return
    const target = environment.bindings.get(name)
    if (target === undefined) throw new StepError('bug', `binding \`${name}\` is not in the environment`)
    target.needs.forEach(visit)
    order.set(name, target)
  }
  names.forEach(visit)
  return [...order].map(([name, target]) => ({ name, target }))
}

/** What is not thrown on purpose is a bug, or what a stop does to somebody who waits, at a prompt for instance. */
function openingError(error: unknown, signal: AbortSignal): StepError {
  if (StepError.is(error)) return error
  if (signal.aborted) return new StepError('cancelled', 'stopped on request', { cause: error })
  return new StepError('bug', String(error), { cause: error })
}

/** Closes each, also when one fails; the first failure is thrown at the end. */
export async function closeAll(bindings: readonly OpenBinding<unknown>[]): Promise<void> {
  const failures: unknown[] = []
  for (const binding of bindings) await binding.close().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

export async function openOne(
  environment: Environment,
  name: string,
  target: BoundTarget,
  parts: OpeningParts,
  opened: OpenedBindings['opened'],
): Promise<OpenBinding<unknown>> {
  const places = secretPlaces(environment, opened, parts)
  const { baseFolder } = places
  const forgotten = new Set<string>() // what a person changed is tried once, not as often as somebody logs in
  const context: OpenContext = {
    name,
    runId: parts.runId,
    baseFolder,
    sandbox: parts.sandbox,
    signal: parts.signal,
    login: async (credential, attempt) => {
      const key = JSON.stringify([credential.device, credential.user, credential.reference])
      if (parts.credentialChanged.includes(name) && !forgotten.has(key)) await parts.refusedLogins.forget(credential)
      forgotten.add(key)
      await parts.refusedLogins.throwIfRefused(name, credential)
      const what = `${credential.user} at ${credential.device} (binding \`${name}\`)`
      const secret = await fetchSecret(credential.reference, what, places)
      try {
        return await attempt(secret)
      } catch (error) {
        // what was typed is gone with the process: there is no reference that could be refused again
        if (!StepError.is(error) || error.code !== 'authentication' || credential.reference === 'prompt') throw error
        await parts.refusedLogins.remember(name, credential)
        const { code, message, hint, outcomeUnknown, facts } = error
        const known = { ...(hint === undefined ? {} : { hint }), outcomeUnknown, facts: { ...facts, binding: name } }
        throw new StepError(code, message, { ...known, cause: error })
      }
    },
  }
  try {
    return await target.kind.open(target.config as Static<TObject>, context)
  } catch (error) {
    throw new BindingError(name, openingError(error, parts.signal))
  }
}
