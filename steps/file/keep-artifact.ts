import { Type } from 'typebox'
import type { CheckContext } from '../../engine/step/context.ts'
import { StepError } from '../../engine/step/errors.ts'
import { sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { fileName } from './file-name.ts'
import { dropFile, keepFile, keptFile, lookForFile, stopWhenCancelled } from './keep-file.ts'
import { sha256Of } from './sha256-of.ts'

interface Wanted {
  readonly artifact: string
  readonly sha256: string
}

/** Puts a file that a step of this run left among the artifacts into a folder, byte by byte. */
export const keepArtifact = defineStep({
  name: 'file.keep-artifact',
  summary: 'Copies a file from the artifacts of the run into a folder, durably: a wrapped key for the courier',
  version: 1,
  inputs: Type.Object(
    {
      artifact: fileName('Name of the file among the artifacts of the run, as the step that made it says'),
      sha256: sha256Hex('SHA-256 that its bytes must have'),
      name: fileName('Name of the file in the folder'),
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
      title: 'Give a wrapped key to the courier',
      yaml: `
id: wrappedKeyOut
uses: file.keep-artifact
target: courier
with:
  artifact: wrapRootKey.bin
  sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
  name: root-key.wrapped
`,
    },
  ],
  check: async (wanted, context) => lookForFile(wanted.name, await bytesOf(wanted, context), context),
  apply: async (wanted, context) => keepFile(wanted.name, await bytesOf(wanted, context), context),
  undo: {
    destructive: false,
    run: async (wanted, _outputs, context) => dropFile(wanted.name, await bytesOf(wanted, context), context),
  },
})

/** @throws {StepError} `not-found`, `conflict` when it has other bytes */
async function bytesOf(
  { artifact, sha256 }: Wanted,
  { artifacts, signal }: Pick<CheckContext, 'artifacts' | 'signal'>,
): Promise<Uint8Array> {
  stopWhenCancelled(signal)
  const bytes = await artifacts.read(artifact)
  if (bytes === undefined) throw new StepError('not-found', `the run has no artifact \`${artifact}\``)
  const found = sha256Of(bytes)
  if (found === sha256) return bytes
  throw new StepError('conflict', `artifact \`${artifact}\` has SHA-256 \`${found}\`, wanted \`${sha256}\``)
}
