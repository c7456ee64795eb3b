import type { BindingKind } from './binding-kind.ts'
import type { PreflightLook } from './preflight.ts'
import type { ScriptDeclaration } from './script.ts'
import type { SecretSource } from './secret-source.ts'
import type { Simulator } from './simulator.ts'
import type { StepType } from './step-type.ts'

/** One folder of `steps/`: everything it adds to the engine, as a list without side effects. */
export interface Family {
  /** First half of its step types' names. */
  readonly name: string
  readonly summary: string
  readonly stepTypes: readonly StepType[]
  readonly bindingKinds: readonly BindingKind[]
  /** Where secret references lead beside `env:`, `file:` and `prompt`; absent: nowhere. */
  readonly secretSources?: readonly SecretSource[]
  /** What `runbook preflight` looks at, days before a run. */
  readonly preflight?: readonly PreflightLook[]
  /** Loaded on use, so that nobody who does not rehearse pays for them. */
  readonly simulators: readonly (() => Promise<Simulator>)[]
  /** Whether a native call runs that nothing can interrupt; absent: there is never one. */
  readonly callRunning?: () => boolean
  /** Makes the step type of one script of a runbook; one family has it. */
  readonly script?: (declaration: ScriptDeclaration) => StepType
}
