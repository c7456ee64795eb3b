import { documentExplanations } from './document-explanations.ts'
import { type Explanation, explanationsOf } from './explanation.ts'
import { exitExplanations } from './exit-explanations.ts'
import { expressionExplanations } from './expression-explanations.ts'
import { personExplanations } from './person-explanations.ts'
import { stateExplanations } from './state-explanations.ts'
import { stepErrorExplanations } from './step-error-explanations.ts'

/** Everything that `runbook explain` knows. */
export const allExplanations: readonly Explanation[] = [
  ...explanationsOf('exit code', exitExplanations),
  ...explanationsOf('person needed', personExplanations),
  ...explanationsOf('step error', stepErrorExplanations),
  ...explanationsOf('state', stateExplanations),
  ...explanationsOf('mistake in a file', documentExplanations),
  ...explanationsOf('mistake in an expression', expressionExplanations),
]
