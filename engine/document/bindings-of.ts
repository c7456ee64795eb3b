import type { Runbook, Step } from './runbook.ts'

/** The bindings that a step acts on. */
export function bindingsOf({ target }: Pick<Step, 'target'>): readonly string[] {
  if (target === undefined) return []
  return typeof target === 'string' ? [target] : Object.values(target)
}

/** The bindings that are there before the first step. */
export function bindingsAtStart({ bindings }: Pick<Runbook, 'bindings'>): readonly string[] {
  return [...bindings].flatMap(([name, { madeBy }]) => (madeBy === undefined ? [name] : []))
}

/** The entry that makes a binding during the run; `undefined`: it is there before the first step. */
export function makerOf({ bindings }: Pick<Runbook, 'bindings'>, name: string): string | undefined {
  return bindings.get(name)?.madeBy
}
