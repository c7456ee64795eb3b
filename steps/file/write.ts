import { Type } from 'typebox'
import { defineStep } from '../../engine/step/step-type.ts'
import { fileName } from './file-name.ts'
import { dropFile, keepFile, keptFile, lookForFile } from './keep-file.ts'

/** Keeps a text in a folder. What has that name already is never replaced. */
export const write = defineStep({
  name: 'file.write',
  summary: 'Writes a text to a folder, durably; an identical file is success, another content a conflict',
  version: 1,
  inputs: Type.Object(
    {
      name: fileName('Name of the file'),
      content: Type.String({ description: 'Its text, written as UTF-8 and otherwise as it is' }),
    },
    { additionalProperties: false },
  ),
  outputs: keptFile,
  target: 'folder',
  permissions: ['write access to the folder'],
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: 0,
  examples: [
    {
      title: 'Keep a certificate where it outlives the run',
      yaml: `
id: keepRoot
uses: file.write
target: out
with:
  name: example-root.crt.pem
  content: |
    -----BEGIN CERTIFICATE-----
    MIIB
    -----END CERTIFICATE-----
`,
    },
  ],
  check: ({ name, content }, context) => lookForFile(name, Buffer.from(content, 'utf8'), context),
  apply: ({ name, content }, context) => keepFile(name, Buffer.from(content, 'utf8'), context),
  undo: {
    destructive: false,
    run: ({ name, content }, _outputs, context) => dropFile(name, Buffer.from(content, 'utf8'), context),
  },
})
