import { existsSync, rmSync } from 'node:fs'
import type { CloudHsmWorld } from './context.ts'
import type { DueEvent } from './due-event.ts'
import { backupFolder } from './folders.ts'
import { deletedAt } from './lifecycle.ts'
import { forget } from './retention.ts'

/** What happens to backups by themselves: one that is deleted loses what it holds, and later is not shown any more. */
export function dueBackupEvents(world: CloudHsmWorld): readonly DueEvent[] {
  return world.store.state.backups.flatMap((backup) => {
    const at = deletedAt(backup)
    if (at === undefined) return []
    const folder = backupFolder(world, backup.id)
    const forgotten = { at: at + world.settings.deletedBackupShownMs, settle: () => forget(backup, world) }
    if (at > world.clock.now() || !existsSync(folder)) return [forgotten]
    return [{ at, settle: () => rmSync(folder, { recursive: true }) }, forgotten]
  })
}
