import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import { StepError } from '../../engine/step/errors.ts'
import type { Json, JsonObject } from '../../engine/step/json.ts'

const text = Type.String({ minLength: 1 })
const answers = [
  Type.Object(
    {
      state: Type.Literal('satisfied'),
      outputs: Type.Optional(Type.Object({}, { additionalProperties: true })),
      madeBy: Type.Optional(text),
    },
    { additionalProperties: false },
  ),
  Type.Object({ state: Type.Literal('absent') }, { additionalProperties: false }),
  Type.Object(
    { state: Type.Literal('different'), before: Type.Unknown(), after: Type.Unknown() },
    { additionalProperties: false },
  ),
  Type.Object({ state: Type.Literal('partial'), what: text }, { additionalProperties: false }),
  Type.Object(
    { state: Type.Literal('pending'), what: text, lookAgainMs: Type.Optional(Type.Integer({ minimum: 0 })) },
    { additionalProperties: false },
  ),
  Type.Object(
    { state: Type.Literal('conflict'), differs: text, hint: Type.Optional(text) },
    { additionalProperties: false },
  ),
  Type.Object({ state: Type.Literal('unknowable'), why: text }, { additionalProperties: false }),
] as const

/**
 * What a script's `check` returned, as the engine's answer. `satisfied` without outputs takes those that the script returned.
 *
 * @param applied what the script returned before, when that is known
 * @throws {StepError} `invalid`
 */
export function checkAnswerOf(name: string, found: JsonObject, applied: Json | undefined): CheckAnswer<JsonObject> {
  const wrong = (what: string): StepError =>
    new StepError('invalid', `\`check\` of script \`${name}\` ${what}`, {
      hint: "return one of the answers of `check` in engine/step/README.md: `{ state: 'absent' }` for instance",
    })
  const state = found['state']
  const schema = answers.find(({ properties }) => properties.state.const === state)
  if (schema === undefined)
    throw wrong(`answered ${JSON.stringify(state) ?? 'no `state`'}, wanted \`state\` to be one of ${statesList()}`)
  const answer: unknown = found
  if (!Value.Check(schema, answer)) {
    const { instancePath = '', message = '' } = Value.Errors(schema, answer)[0] ?? {}
    throw wrong(
      `answered \`${schema.properties.state.const}\`, in which ${instancePath.slice(1) || 'the answer'} ${message}`,
    )
  }
  // it came from JSON and fits its schema
  return answer.state === 'satisfied'
    ? satisfied(answer, applied, wrong)
    : (found as unknown as CheckAnswer<JsonObject>)
}

function satisfied(
  answer: Static<(typeof answers)[0]>,
  applied: Json | undefined,
  wrong: (what: string) => StepError,
): CheckAnswer<JsonObject> {
  // both came from JSON; the engine holds outputs against their schema
  const outputs = (answer.outputs ?? applied) as JsonObject | undefined
  if (outputs === undefined)
    throw wrong('answered `satisfied` without `outputs`, and the script did not return any before')
  return { state: 'satisfied', outputs, ...(answer.madeBy === undefined ? {} : { madeBy: answer.madeBy }) }
}

function statesList(): string {
  return answers.map(({ properties }) => `\`${properties.state.const}\``).join(', ')
}
