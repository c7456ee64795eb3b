import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { defineStep } from '../../engine/step/step-type.ts'

const decided = Type.Object(
  {
    decision: Type.String({ description: 'What is decided, as the approvers read it', minLength: 1 }),
    value: Type.Optional(
      Type.Union([Type.String(), Type.Integer(), Type.Number(), Type.Boolean()], {
        description: 'What later steps take from the decision',
        'x-runbook-wants': 'a string, a number, `true` or `false`',
      }),
    ),
    reason: Type.Optional(Type.String({ description: 'Why, for those who read the journal later' })),
  },
  { additionalProperties: false },
)

/**
 * A decision that people took, as a step of its own. The step's `approval` asks them; nothing in the world changes, so
 * another run asks again.
 */
export const decide = defineStep({
  name: 'approval.decide',
  summary: 'States a decision; give the step an `approval`, and the run goes on only when people took it',
  version: 1,
  inputs: decided,
  outputs: decided,
  target: undefined,
  permissions: [],
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: 0,
  examples: [
    {
      title: 'Two custodians accept what the inspection found',
      yaml: `
id: acceptDevice
title: Accept the HSM for the ceremony
uses: approval.decide
with:
  decision: The tamper seals are intact and the serial number is the one on the delivery note
  value: accepted
  reason: Inspected by both custodians in room 4
approval: { role: key-custodian, count: 2 }
`,
    },
  ],
  notRehearsed: ['that people look before they approve'],
  async check(inputs, { answer, signal }) {
    stopWhenCancelled(signal)
    return answer === undefined ? { state: 'absent' } : { state: 'satisfied', outputs: inputs }
  },
  async apply(inputs, { signal }) {
    stopWhenCancelled(signal)
    return { ...inputs }
  },
  undo: 'nothing',
})

function stopWhenCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new StepError('cancelled', 'stopped on request before the decision was taken')
}
