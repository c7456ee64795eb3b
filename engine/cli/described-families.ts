import type { BindingKind } from '../step/binding-kind.ts'
import type { Family } from '../step/family.ts'
import { scriptStepType } from '../step/script-step-type.ts'
import type { ScriptDeclaration } from '../step/script.ts'
import type { StepType } from '../step/step-type.ts'

/**
 * Families as the build wrote them down: everything that they say, nothing that they do. Checking a file needs no more, and
 * code of eight families takes longer to load than a file to check. Whoever calls one of their functions gets an error.
 *
 * @param text JSON of all families, as `familiesText` makes it
 */
export function describedFamilies(text: string): readonly Family[] {
  // the build made it of families
  const families = JSON.parse(text) as readonly Family[]
  return families.map((family) => ({
    ...family,
    stepTypes: family.stepTypes.map(describedStepType),
    bindingKinds: family.bindingKinds.map(describedBindingKind),
    preflight: [],
    simulators: [],
    script: describedScript, // one of them has it, and JSON does not tell which
  }))
}

function describedStepType(type: StepType): StepType {
  const people = type.attendance === undefined ? {} : { attendance: notLoaded }
  if (type.effect === 'read') return { ...type, ...people, check: notLoaded }
  const undo = typeof type.undo === 'string' ? type.undo : { ...type.undo, run: notLoaded }
  return { ...type, ...people, check: notLoaded, apply: notLoaded, undo }
}

function describedScript(declaration: ScriptDeclaration): StepType {
  return scriptStepType(declaration, { look: notLoaded, check: notLoaded, apply: notLoaded })
}

function describedBindingKind(kind: BindingKind): BindingKind {
  return { ...kind, claims: notLoaded, open: notLoaded }
}

function notLoaded(): never {
  throw new Error('a family that is only described can do nothing: ask for `families`')
}
