import { basename } from 'node:path'
import type { TObject } from 'typebox'
import type { CheckAnswer, Satisfied } from './check-answer.ts'
import type { ApplyContext, CheckContext } from './context.ts'
import type { Json, JsonObject } from './json.ts'
import type { ScriptDeclaration } from './script.ts'
import type { StepType } from './step-type.ts'

/** Plain JSON Schema, so that whoever only describes scripts does not load more. */
const anyInputs: object = { type: 'object', properties: {}, additionalProperties: true }

type Outputs = Readonly<Record<string, Json>>

/** What a step type that runs a script does. */
export interface ScriptFunctions {
  /** `effect: read`: the script itself. */
  look(inputs: JsonObject, context: CheckContext): Promise<Satisfied<Outputs>>
  check(inputs: JsonObject, context: CheckContext): Promise<CheckAnswer<Outputs>>
  apply(inputs: JsonObject, context: ApplyContext): Promise<Json>
}

/** Everything that the step type of a script says; what it does is given. */
export function scriptStepType(declaration: ScriptDeclaration, { look, check, apply }: ScriptFunctions): StepType {
  const { path, effect } = declaration
  const said = {
    name: 'script.run',
    summary: `Runs the script \`${basename(path)}\``,
    version: 1,
    // both are schemas of objects, these by the document layer
    inputs: anyInputs as TObject,
    outputs: declaration.outputs as TObject,
    target: undefined,
    permissions: [`to run \`${basename(path)}\` and whatever it runs`],
    examples: [],
    notRehearsed: [
      `what \`${basename(path)}\` reaches: a rehearsal runs it on this machine, with an empty home folder and without credentials, and what it does is real`,
    ],
  } as const
  // inputs come from YAML or the journal, and so are JSON
  if (effect === 'read') return { ...said, effect, check: (inputs, context) => look(inputs as JsonObject, context) }
  return {
    ...said,
    effect,
    existing: 'adopt',
    // what a killed engine left is seen on Linux; elsewhere it is given the time to end with its lifeline
    settleMs: process.platform === 'linux' ? 0 : 5_000,
    wait: { everyMs: 1_000, timeoutMs: 10 * 60_000 },
    check: (inputs, context) => check(inputs as JsonObject, context),
    apply: (inputs, context) => apply(inputs as JsonObject, context),
    undo: 'impossible',
  }
}
