import { StepError } from '../../engine/step/errors.ts'
import { unless } from '../aws/ask.ts'
import { readOneBackup } from './backups-of.ts'
import { ask, type Asking } from './client.ts'

/**
 * Begins the deletion of a backup, which is over after seven days. What is being deleted already, or was purged just before, is fine.
 *
 * @returns whether it was this request that began it
 */
export async function removeBackup(context: Asking, id: string): Promise<boolean> {
  try {
    const answer = await unless(
      'CloudHsmResourceNotFoundException',
      ask(context, 'DeleteBackup', (client, options) => client.deleteBackup({ BackupId: id }, options)),
    )
    return answer !== undefined
  } catch (error) {
    // AWS refuses what is no longer READY with the class that it has for every mistake
    if (!StepError.is(error) || error.code !== 'invalid' || !isGone(await readOneBackup(context, id))) throw error
    return false
  }
}

/**
 * Takes a deletion back that is pending.
 *
 * @throws {StepError} `not-found` when it is over
 */
export async function bringBackupBack(context: Asking, id: string): Promise<void> {
  const found = await readOneBackup(context, id)
  if (found === undefined || found.state === 'DELETED')
    throw new StepError('not-found', `\`${id}\` is deleted for good: AWS restores a backup for seven days`)
  if (found.state !== 'PENDING_DELETION') return
  await ask(context, 'RestoreBackup', (client, options) => client.restoreBackup({ BackupId: id }, options))
}

/** Whether a backup is on its way out, or was purged. */
export function isGone(found: { readonly state: string } | undefined): boolean {
  return found === undefined || found.state === 'PENDING_DELETION' || found.state === 'DELETED'
}
