import { type Static, Type } from 'typebox'
import type { Folder } from '../../engine/step/capabilities.ts'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import { StepError } from '../../engine/step/errors.ts'
import { sha256Hex } from '../../engine/step/schema.ts'
import { sha256Of } from './sha256-of.ts'

/** What is known of a file that a step keeps in a folder. */
export const keptFile = Type.Object(
  {
    path: Type.String({ description: 'Absolute path of the file' }),
    sha256: sha256Hex('SHA-256 of its bytes'),
    sizeBytes: Type.Integer({ description: 'Number of bytes', minimum: 0 }),
  },
  { additionalProperties: false },
)

export type KeptFile = Static<typeof keptFile>

interface Place {
  readonly target: Folder
  readonly signal: AbortSignal
}

/** Whether the folder holds exactly these bytes under the name. */
export async function lookForFile(
  name: string,
  bytes: Uint8Array,
  { target, signal }: Place,
): Promise<CheckAnswer<KeptFile>> {
  stopWhenCancelled(signal)
  const there = await target.read(name)
  if (there === undefined) return { state: 'absent' }
  const [found, wanted] = [sha256Of(there), sha256Of(bytes)]
  if (found === wanted)
    return { state: 'satisfied', outputs: { path: `${target.path}/${name}`, sha256: wanted, sizeBytes: bytes.length } }
  return {
    state: 'conflict',
    differs: `\`${name}\` in folder \`${target.path}\` has SHA-256 \`${found}\`, wanted \`${wanted}\``,
    hint: 'a file is never replaced: compare the two, then remove one or choose another name',
  }
}

/** Writes the bytes once; identical ones are success. */
export async function keepFile(name: string, bytes: Uint8Array, { target, signal }: Place): Promise<undefined> {
  stopWhenCancelled(signal)
  await target.create(name, bytes)
}

/** Removes the file as long as it holds exactly these bytes. */
export async function dropFile(name: string, bytes: Uint8Array, { target, signal }: Place): Promise<void> {
  stopWhenCancelled(signal)
  await target.remove(name, bytes)
}

export function stopWhenCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new StepError('cancelled', 'stopped on request before the folder was touched')
}
