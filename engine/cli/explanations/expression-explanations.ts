/** Mistakes inside of `${{ … }}`. */
export const expressionExplanations: Readonly<Record<string, readonly string[]>> = {
  'bad-expression': [
    'What stands in `${{ }}` is not a CEL expression.',
    'See https://cel.dev for the language: `steps.rootKey.outputs.keyId`, `inputs.days + 1`, `a ? b : c`.',
  ],
  'incomplete-reference': [
    'A reference ends before it names a value: `steps.rootKey` is a step, `steps.rootKey.outputs.keyId` is a value.',
    'Go on to an output.',
  ],
  'later-step': [
    'A step refers to its own outputs or to those of a later step, or acts on a binding that a later step makes.',
    'Steps run in document order. Move the step that is referred to before it.',
  ],
  'may-be-absent': [
    'An output that a step type does not always give is used where a value is needed, or a step acts on a binding whose maker may not have been done.',
    'Ask for it first: `has(steps.x.outputs.y) ? … : …`, or `when: ${{ has(steps.x.outputs) }}`.',
  ],
  'type-mismatch': [
    'The type of an expression does not fit: of its parts to each other, or of its value to where it stands.',
    'Convert it with `string(…)`, `int(…)` or `double(…)`.',
  ],
  'unknown-function': ['CEL has no function of that name, or not for these types.', 'The hint names the near one.'],
  'unknown-member': [
    'A value has no member of that name.',
    'The hint names the near one; `runbook steps NAME` lists the outputs of a step type.',
  ],
  'unknown-name': [
    'An expression begins with a name that is not there: it sees `inputs`, `steps` and `run`.',
    'In a rehearsal file it sees `bindings`, `world` and `outputs`.',
  ],
  'unknown-output': ['The step has no output of that name.', '`runbook steps NAME` lists the outputs of a step type.'],
  'unknown-step': ['There is no step of that id.', 'Mend the id.'],
}
