import { Type } from 'typebox'
import { expect, it } from 'vitest'
import { renderReference } from '../../../../engine/render/render-reference.ts'
import type { Family } from '../../../../engine/step/family.ts'
import { defineStep } from '../../../../engine/step/step-type.ts'

const read = defineStep({
  name: 'note.read',
  summary: 'Reads a note',
  version: 1,
  inputs: Type.Object(
    {
      name: Type.String({ description: 'Its name, a|b' }),
      lines: Type.Optional(Type.Integer({ description: 'How many', default: 3 })),
    },
    { additionalProperties: false },
  ),
  outputs: Type.Object({}, { additionalProperties: false }),
  target: 'folder',
  effect: 'read',
  permissions: [],
  examples: [{ title: 'Read one', yaml: 'id: one\nuses: note.read\n' }],
  check: () => Promise.resolve({ state: 'satisfied', outputs: {} }),
})
const family: Family = { name: 'note', summary: 'Notes', stepTypes: [read], bindingKinds: [], simulators: [] }

it('gives a table of inputs and outputs, the facts, and the examples', () => {
  expect(renderReference([family])).toContain(`### \`note.read\`

Reads a note.

- effect: only looks
- target: folder
- permissions: none

Inputs:

| name | value | meaning |
|---|---|---|
| \`name\` | a string | Its name, a\\|b |
| \`lines\` | an integer, default \`3\` | How many |

Outputs:

None.

Read one:

\`\`\`yaml
id: one
uses: note.read
\`\`\`
`)
})
