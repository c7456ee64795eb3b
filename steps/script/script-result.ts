import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

const began = Type.Boolean()

/** What runner.mjs writes about how the script ended. `began`: whether any of the script's own code ran. */
const scriptResult = Type.Union([
  Type.Object({ ended: Type.Literal('returned'), began, value: Type.Object({}, { additionalProperties: true }) }),
  Type.Object({ ended: Type.Literal('no-object'), began, found: Type.String() }),
  Type.Object({ ended: Type.Literal('no-function'), began, name: Type.String() }),
  Type.Object({ ended: Type.Literal('undeclared-check'), began }),
  Type.Object({ ended: Type.Literal('early'), began, exitCode: Type.Integer() }),
  Type.Object({
    ended: Type.Literal('thrown'),
    began,
    message: Type.String(),
    stack: Type.String(),
    code: Type.Optional(Type.String()),
    hint: Type.Optional(Type.String()),
    outcomeUnknown: Type.Optional(Type.Boolean()),
    command: Type.Optional(
      Type.Object({
        exitCode: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
        signal: Type.Optional(Type.Union([Type.String(), Type.Null()])),
        stderr: Type.String(),
      }),
    ),
  }),
])

export type ScriptResult = Static<typeof scriptResult>

/** @returns `undefined` for text that runner.mjs did not write */
export function scriptResultOf(text: string): ScriptResult | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Value.Check(scriptResult, value) ? value : undefined
  } catch {
    return undefined
  }
}
