import { isUtf8 } from 'node:buffer'
import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { fileName } from './file-name.ts'
import { stopWhenCancelled } from './keep-file.ts'
import { sha256Of } from './sha256-of.ts'

/** Reads a text that people or an earlier run left in a folder. */
export const read = defineStep({
  name: 'file.read',
  summary: 'Reads a text from a folder, and refuses another one than its SHA-256 says',
  version: 1,
  inputs: Type.Object(
    {
      name: fileName('Name of the file'),
      sha256: Type.Optional(sha256Hex('SHA-256 that its bytes must have')),
    },
    { additionalProperties: false },
  ),
  outputs: Type.Object(
    {
      path: Type.String({ description: 'Absolute path of the file' }),
      text: Type.String({ description: 'Its text' }),
      sha256: sha256Hex('SHA-256 of its bytes'),
    },
    { additionalProperties: false },
  ),
  target: 'folder',
  permissions: ['read access to the folder'],
  effect: 'read',
  examples: [
    {
      title: 'Take a certificate that was checked before',
      yaml: `
id: anchor
uses: file.read
target: out
with:
  name: example-root.crt.pem
  sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
`,
    },
  ],
  async check({ name, sha256: wanted }, { target, signal }) {
    stopWhenCancelled(signal)
    const bytes = await target.read(name)
    if (bytes === undefined) throw new StepError('not-found', `there is no \`${name}\` in folder \`${target.path}\``)
    const sha256 = sha256Of(bytes)
    if (wanted !== undefined && sha256 !== wanted)
      throw new StepError('conflict', `\`${name}\` has SHA-256 \`${sha256}\`, wanted \`${wanted}\``, {
        hint: 'find out who changed it',
      })
    if (!isUtf8(bytes)) throw new StepError('invalid', `\`${name}\` is no UTF-8 text`, { hint: 'keep it as PEM' })
    const text = Buffer.from(bytes).toString('utf8')
    return { state: 'satisfied', outputs: { path: `${target.path}/${name}`, text, sha256 } }
  },
})
