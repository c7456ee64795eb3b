import type { BindingKind } from '../step/binding-kind.ts'
import type { Family } from '../step/family.ts'
import type { ScriptDeclaration } from '../step/script.ts'
import type { StepType } from '../step/step-type.ts'

/** Step types and binding kinds of all families, by name. */
export interface Catalog {
  readonly stepTypes: ReadonlyMap<string, StepType>
  readonly bindingKinds: ReadonlyMap<string, BindingKind>
  /** Makes the step type that runs a script; absent when no family does. */
  readonly script: ((declaration: ScriptDeclaration) => StepType) | undefined
}

export function catalogOf(families: readonly Family[]): Catalog {
  return {
    stepTypes: new Map(families.flatMap(({ stepTypes }) => stepTypes.map((type) => [type.name, type] as const))),
    bindingKinds: new Map(
      families.flatMap(({ bindingKinds }) => bindingKinds.map((kind) => [kind.name, kind] as const)),
    ),
    script: families.find(({ script }) => script !== undefined)?.script,
  }
}
