/** Mistakes in the files that people write. */
export const documentExplanations: Readonly<Record<string, readonly string[]>> = {
  alias: [
    '`*name` is a YAML alias. What is reviewed must stand where it counts, so there are none.',
    'Write the value out; text that begins with `*` goes into quotes.',
  ],
  anchor: [
    '`&name` is a YAML anchor. What is reviewed must stand where it counts, so there are none.',
    'Leave it out; text that begins with `&` goes into quotes.',
  ],
  'duplicate-id': [
    'Two steps have the same id, and expressions could not tell them apart.',
    'Give each step an id of its own.',
  ],
  'duplicate-item': ['A list holds the same item twice where each must be different.', 'Remove one.'],
  'duplicate-key': ['A map holds the same key twice. YAML readers disagree which one counts.', 'Remove one.'],
  'empty-file': [
    'The file holds nothing, or nothing but comments.',
    'Begin with `runbook:`, `environment:` or `rehearsal:`.',
  ],
  'empty-interval': [
    'A window or freeze ends before it begins, or nothing certain is left of a window where clocks are changed.',
    'Where a local time comes twice or not at all, a window begins at the later meaning and ends at the earlier one.',
    'A freeze is read the other way round. Mend the times, or give them with `zone: UTC`.',
  ],
  'file-too-large': [
    'The file is larger than 1 MiB. No person reviews that.',
    'Look whether you named the right file.',
  ],
  'inside-for-each': [
    'A step inside a `forEach` is done for each item, so from outside there is no one output of it.',
    'Read `steps.BLOCK.outputs.items`: a list of `{key, value, steps}`, in the order of the items.',
  ],
  'missing-script': [
    'The file of a `script` step cannot be read. It is read and hashed with the runbook, whose part it is.',
    'Its path starts from the folder of the runbook.',
  ],
  'unfit-script': [
    'A script cannot be run as the runbook declares it. It is one file, whose hash says all of what runs.',
    'Mend what the message names, in the script or in the runbook.',
  ],
  'hidden-character': [
    'The text holds a character that does not show, or that reorders what is shown: reviewers would not see what runs.',
    'Remove it, or write it as an escape such as `\\u202e` in double quotes.',
  ],
  'inexact-number': [
    'The number cannot be kept exactly by a computer, so it would silently become another one.',
    'Put it in quotes: it is then text.',
  ],
  'invalid-answer': [
    'The file is not an answer that `runbook approve --request FILE --out FILE` wrote, or not a whole one.',
    'Have it sent again; what counts in it is signed, so it cannot be mended by hand.',
  ],
  'invalid-plan': ['The file is not a plan that `runbook plan --out` wrote, or not a whole one.', 'Make a new plan.'],
  'invalid-request': [
    'The file is not a request that `runbook approve --export` wrote, or its text is not the one that was exported.',
    'Have it exported and sent again.',
  ],
  'later-binding': [
    'A secret would come through a binding that a step of the run makes. What opens bindings is there before the first step.',
    'Keep the secret elsewhere: in a file, a variable, or behind a binding without `madeBy`.',
  ],
  'meaningless-key': [
    'The key is known, and has no meaning beside the others: a `pattern` of an integer, a `target` without need.',
    'Leave it out.',
  ],
  'merge-key': [
    '`<<` is a YAML merge key. What is reviewed must stand where it counts, so there are none.',
    'Write the keys out.',
  ],
  'missing-approvers': [
    'A step needs more approvers of a role than the environment names, beside whoever operates.',
    'Name them under `approvers` in the environment. Nobody approves a run that they operate themselves.',
  ],
  'missing-binding': [
    'The environment or rehearsal file does not say what a binding of the runbook is.',
    'Add it; the hint tells which kind it is.',
  ],
  'missing-input': [
    'An input of the runbook has no value and no default.',
    'Give it with `--input NAME=VALUE`, `--inputs FILE`, or under `inputs` in the environment.',
  ],
  'missing-key': [
    'A key that must be there is not.',
    'Add it; the hint tells what it holds. `runbook steps NAME` lists the inputs of a step type.',
  ],
  'missing-signers': [
    'Approvals are signed, and an approver has no key in the file that `allowedSigners` names, or no file is named.',
    'Add a line for each approver, `alice ssh-ed25519 AAAA…`, as in ssh-keygen(1), ALLOWED SIGNERS.',
    'A line with `namespaces=` must list `approval@runbook`.',
  ],
  'missing-target': [
    'A step type works on a binding, and the step names none.',
    'Add `target: BINDING`, or a map from role to binding.',
  ],
  'no-such-date': ['The calendar has no such day, as 30 February.', 'Mend the date.'],
  'not-text': ['The file is not UTF-8 text.', 'Save it as UTF-8, or look whether you named the right file.'],
  'out-of-range': ['A number, a length or a count is outside of what is allowed.', 'The message tells the limit.'],
  'secret-circle': [
    'Bindings need secrets that come through one another, so that none of them can be opened first.',
    'Keep one of these secrets elsewhere: in a file, a variable, or behind another binding.',
  ],
  'several-documents': [
    'The file holds several YAML documents, of which only one would run.',
    'Remove what stands from `---` on, or make it a file of its own.',
  ],
  'shared-role': [
    '`separateRoles` says that nobody may have both roles, and somebody has.',
    'Name another person in one of them.',
  ],
  'tab-indentation': ['Indentation holds a tab, which YAML does not allow.', 'Indent with spaces.'],
  tag: [
    '`!name` is a YAML tag, and values have no tags here.',
    'Leave it out; text that begins with `!` goes into quotes.',
  ],
  'too-deep': ['Values are nested more deeply than anybody reviews.', 'Flatten them.'],
  'unexpected-expression': [
    '`${{ }}` stands where no expression is evaluated.',
    'Write the value itself; a literal `${{` is written `$${{`.',
  ],
  'unknown-approver-role': ['There is no role of that name under `approvers`.', 'Mend the name, or add the role.'],
  'unknown-binding': ['There is no binding of that name.', 'Declare it under `bindings`, or mend the name.'],
  'unknown-binding-kind': ['There is no binding kind of that name.', '`runbook steps` lists the binding kinds.'],
  'unknown-input': ['The runbook has no input of that name.', 'Mend the name, or declare it under `inputs`.'],
  'unknown-key': [
    'There is no such key here, and a key that nobody reads would only look as if it did something.',
    'Mend its name, or leave it out.',
  ],
  'unknown-role': ['The step type has no target role of that name.', '`runbook steps NAME` lists its roles.'],
  'unknown-step-type': ['There is no step type of that name.', '`runbook steps` lists them all.'],
  'unknown-zone': [
    'A time zone is not one of the IANA database. Offsets and abbreviations do not count: they do not know when clocks change.',
    'Write the name of a place such as `Europe/Berlin` or `America/New_York`, or `UTC`.',
  ],
  'unknown-secret-source': [
    'A secret reference begins with a word that names no source of secrets.',
    'Write `env:NAME`, `file:PATH`, `prompt`, or a reference of a source such as `secretsmanager:BINDING/NAME`.',
  ],
  'unreadable-file': [
    'The file cannot be read: it is not there, is a folder, or permissions forbid it.',
    'The message tells which.',
  ],
  'unreadable-signers': [
    'The file that `allowedSigners` names cannot be read, or a line of it holds no principal and public key.',
    'Its path is relative to the environment; its format is that of ssh-keygen(1), ALLOWED SIGNERS.',
  ],
  'unused-binding': [
    'No step works on the binding, so reviewers would be misled.',
    'Remove it, or use it as a `target`.',
  ],
  'unused-input': [
    'Nothing reads the input, so whoever gives it would be misled.',
    'Remove it, or use it as `${{ inputs.NAME }}`.',
  ],
  'wrong-binding-kind': [
    'A binding of the environment has another kind than the runbook wants.',
    'Change one of the two.',
  ],
  'wrong-document': [
    'The file is a document of another kind, such as an environment where a runbook is wanted.',
    'Name the right file.',
  ],
  'wrong-form': ['A text does not have the form that is wanted.', 'The message tells the form.'],
  'wrong-format': [
    '`format` is not one that this version reads.',
    'Use the version of `runbook` that the file was written for.',
  ],
  'wrong-key': ['A key is not a string.', 'Put it in quotes.'],
  'wrong-target': [
    'The binding provides something else than the step type works on.',
    'Name another binding; `runbook steps NAME` tells what is wanted.',
  ],
  'wrong-type': [
    'A value has another type than is wanted, such as an unquoted number where text is.',
    'The message tells both.',
  ],
  'wrong-value': ['A value is none of those that are allowed.', 'The message lists them.'],
  'yaml-directive': ['`%` at the beginning of a line is a YAML directive, and there are none here.', 'Leave it out.'],
  'yaml-syntax': [
    'The file is not YAML at that place.',
    'Look one line above as well: indentation, a missing colon, a quote that was not closed.',
  ],
}
