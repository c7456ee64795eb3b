import type { Template } from '../expressions/template.ts'
import { templateExpressions } from '../expressions/template.ts'
import { type Scope, Unknown } from '../expressions/value.ts'
import { StepError } from '../step/errors.ts'
import type { Json } from '../step/json.ts'

/** An assertion that does not hold, with what it looked at: an operator must see what a reader of it would. */
export class DoesNotHold extends StepError {
  /** Outputs of the steps that the assertion reads, as `STEP.OUTPUT`. */
  readonly read: { readonly [name: string]: Json }

  constructor(message: string, hint: string, read: DoesNotHold['read']) {
    super('invalid', message, { hint })
    this.read = read
  }
}

/** All outputs of the steps that some templates read, not only those that are named: a count says nothing without what was counted. */
export function outputsRead(templates: readonly Template[], { steps = {} }: Scope): DoesNotHold['read'] {
  const references = templates.flatMap(templateExpressions).flatMap((expression) => expression.references)
  const ids = new Set(references.flatMap(({ path: [root, id] }) => (root === 'steps' && id !== undefined ? [id] : [])))
  const read: Record<string, Json> = {}
  for (const id of ids) {
    const step = id in steps ? steps[id] : undefined
    if (step === undefined || step instanceof Unknown) continue
    for (const [name, value] of Object.entries(step.outputs ?? {})) read[`${id}.${name}`] = value as Json // outputs are JSON
  }
  return read
}
