import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createFileDurably, syncFolder } from '../../../../engine/step/durable-file.ts'
import { systemError } from '../../../../engine/step/system-error.ts'
import type { QuorumToken } from './token-file.ts'

/*
 * A token is handed out as `TOKEN.token`, beside an empty `TOKEN.token.made-by-EFFECT`. The second appears first and goes last, so that
 * whoever goes on after a crash finds every token of the effect: all of them are dead.
 */

/** Hands a token out, durably. @throws {StepError} `not-found`, `denied` where the folder cannot be written */
export async function handOutFile(folder: string, token: QuorumToken, effectId: string): Promise<void> {
  const path = join(folder, `${token.id}.token`)
  try {
    await createFileDurably(`${path}${markOf(effectId)}`, Buffer.of())
    // it is for others to read
    await createFileDurably(path, Buffer.from(`${JSON.stringify(token.file, null, 2)}\n`), 0o644)
  } catch (error) {
    throw systemError(error, `quorum token \`${path}\` could not be handed out`, 'make the folder first')
  }
}

/** Takes back what the effect handed out, also in an earlier process: nobody need sign it any more. */
export async function takeBackFiles(folder: string, effectId: string): Promise<void> {
  const mark = markOf(effectId)
  try {
    const marks = (await readdir(folder)).filter((name) => name.endsWith(`.token${mark}`))
    for (const name of marks) {
      await rm(join(folder, name.slice(0, -mark.length)), { force: true })
      await rm(join(folder, name), { force: true })
    }
    if (marks.length > 0) await syncFolder(folder)
  } catch (error) {
    throw systemError(error, `quorum tokens in \`${folder}\` could not be taken back`, 'make the folder first')
  }
}

function markOf(effectId: string): string {
  return `.made-by-${effectId}`
}
