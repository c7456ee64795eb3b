import type { Static, TObject } from 'typebox'
import type { Environment } from '../document/environment.ts'
import type { Step } from '../document/runbook.ts'
import type { OpenBinding } from '../step/binding-kind.ts'
import type { TargetOf, Targets } from '../step/context.ts'

/** The opened bindings, as steps need them. */
export interface TargetBoard {
  /** What the step works on, in the shape its type asks for. */
  capability(step: Step): TargetOf<Targets>
  /** What the step's bindings claim to be, one line each; empty for a step without target. */
  claims(step: Step): readonly string[]
  /** Looks again whether they are what they claim. */
  verify(step: Step): Promise<void>
}

export function targetBoard(environment: Environment, opened: ReadonlyMap<string, OpenBinding<unknown>>): TargetBoard {
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
      for (const name of bindingsOf(step)) await binding(name).verify()
    },
  }
}

/** What a binding claims to be, in one line. */
export function claimOf(environment: Environment, name: string): string {
  const target = environment.bindings.get(name)
  if (target === undefined) throw new Error(`binding \`${name}\` is not in the environment`)
  return target.kind.claims(target.config as Static<TObject>) // checked against the kind's schema when it was loaded
}

function bindingsOf({ target }: Step): readonly string[] {
  if (target === undefined) return []
  return typeof target === 'string' ? [target] : Object.values(target)
}
