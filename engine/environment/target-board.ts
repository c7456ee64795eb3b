import type { Static, TObject } from 'typebox'
import type { Environment } from '../document/environment.ts'
import type { Step } from '../document/runbook.ts'
import { bindingsOf } from '../document/bindings-of.ts'
import type { OpenBinding } from '../step/binding-kind.ts'
import type { TargetOf, Targets } from '../step/context.ts'
import type { OpenedBindings } from './open-bindings.ts'

/** The opened bindings, as steps need them. */
export interface TargetBoard {
  /** What the step works on, in the shape its type asks for. */
  capability(step: Step): TargetOf<Targets>
  /** What the step's bindings claim to be, one line each; empty for a step without target. */
  claims(step: Step): readonly string[]
  /** Looks again whether those that are open are what they claim. */
  verify(step: Step): Promise<void>
  isOpen(binding: string): boolean
  /**
   * Opens a binding that was not there before.
   *
   * @returns what it turned out to be
   * @throws {BindingError}
   */
  open(binding: string): Promise<OpenBinding<unknown>['facts']>
}

export function targetBoard(environment: Environment, bindings: Omit<OpenedBindings, symbol>): TargetBoard {
  const { opened } = bindings
  const binding = (name: string): OpenBinding<unknown> => {
    const found = opened.get(name)
    if (found === undefined) throw new Error(`binding \`${name}\` was not opened`)
    return found
  }
  return {
    capability({ target }) {
      if (target === undefined) return undefined
      const capability =
        typeof target === 'string'
          ? binding(target).capability
          : Object.fromEntries(Object.entries(target).map(([role, name]) => [role, binding(name).capability]))
      return capability as TargetOf<Targets> // the document's check matched kinds with what the step type asks for
    },
    claims: (step) => bindingsOf(step).map((name) => claimOf(environment, name)),
    async verify(step) {
      for (const name of bindingsOf(step)) await opened.get(name)?.verify()
    },
    isOpen: (name) => opened.has(name),
    async open(name) {
      await bindings.open(name)
      return binding(name).facts
    },
  }
}

/** What a binding claims to be, in one line. */
export function claimOf(environment: Environment, name: string): string {
  const target = environment.bindings.get(name)
  if (target === undefined) throw new Error(`binding \`${name}\` is not in the environment`)
  return target.kind.claims(target.config as Static<TObject>) // checked against the kind's schema when it was loaded
}
