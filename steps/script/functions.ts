import { basename } from 'node:path'
import { Value } from 'typebox/value'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import type { ApplyContext, CheckContext } from '../../engine/step/context.ts'
import { StepError } from '../../engine/step/errors.ts'
import type { JsonObject } from '../../engine/step/json.ts'
import { runningPrograms } from '../../engine/step/programs.ts'
import type { ScriptDeclaration } from '../../engine/step/script.ts'
import type { ScriptFunctions } from '../../engine/step/script-step-type.ts'
import { checkAnswerOf } from './check-answer.ts'
import { runScript } from './run-script.ts'

type Context = CheckContext | ApplyContext

/** What the step type of a script does: it runs the script, and believes what that says. */
export function functionsOf(script: ScriptDeclaration): ScriptFunctions {
  const name = basename(script.path)
  return {
    async look(inputs, context) {
      const outputs = await run(script, 'default', inputs, context, {})
      return { state: 'satisfied', outputs: fitting(script, outputs, false) }
    },
    async check(inputs, context): Promise<CheckAnswer<JsonObject>> {
      const { effectId, answer, signal } = context
      if (signal.aborted)
        throw new StepError('cancelled', `stopped on request before script \`${name}\` was looked after`)
      if (effectId !== undefined && answer === undefined) {
        const left = (await runningPrograms(effectId)) ?? []
        if (left.length > 0)
          return { state: 'pending', what: `what an earlier attempt started still runs: process ${left.join(', ')}` }
      }
      if (script.hasCheck)
        return checkAnswerOf(name, await run(script, 'check', inputs, context, { answer: answer ?? null }), answer)
      // what the script returned is all that anybody knows
      if (answer !== undefined) return { state: 'satisfied', outputs: answer as JsonObject } // `apply` below gave it
      return { state: 'unknowable', why: `script \`${name}\` has no \`check\`` }
    },
    async apply(inputs, context) {
      return fitting(script, await run(script, 'default', inputs, context, {}), true)
    },
  }
}

function run(
  script: ScriptDeclaration,
  name: 'default' | 'check',
  inputs: JsonObject,
  { effectId, stepId, run: { id, runbook }, sandbox = true, signal }: Context,
  more: JsonObject,
): Promise<JsonObject> {
  const looking = name === 'check' || script.effect === 'read'
  const given = { inputs, effectId: effectId ?? null, run: { id, runbook }, stepId, ...more }
  // the mark is for what may have changed something: one look must not wait for another
  const call = { name, given, effectId: looking ? undefined : effectId, sandbox, signal }
  return looking ? runScript(script, call).catch(onlyLooked) : runScript(script, call)
}

/** Whatever happened to a look, nothing was changed by it. */
function onlyLooked(error: unknown): never {
  if (!StepError.is(error) || !error.outcomeUnknown) throw error
  const { code, message, hint, facts } = error
  throw new StepError(code, message, { facts, cause: error, ...(hint === undefined ? {} : { hint }) })
}

/** @throws {StepError} `invalid` when the script did not return what its step declares */
function fitting({ path, outputs }: ScriptDeclaration, found: JsonObject, outcomeUnknown: boolean): JsonObject {
  const [first] = Value.Errors(outputs, found).filter(({ message }) => message !== 'schema is false')
  if (first === undefined) return found
  const { instancePath, message, params } = first
  const where = instancePath === '' ? 'outputs' : `output \`${instancePath.slice(1).replaceAll('/', '.')}\``
  const names = Object.values(params)
    .flat()
    .filter((each) => typeof each === 'string')
    .map((each) => `\`${each}\``)
  throw new StepError(
    'invalid',
    `${where} of script \`${basename(path)}\` ${message}${instancePath === '' && names.length > 0 ? `: ${names.join(', ')}` : ''}`,
    {
      hint: 'make `outputs` of the step and what the script returns the same',
      outcomeUnknown,
    },
  )
}
