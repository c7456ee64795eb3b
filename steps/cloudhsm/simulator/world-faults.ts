import type { WorldFaultName } from '../../../engine/step/simulator.ts'
import { operations } from './shapes.ts'

const own: Readonly<Record<string, readonly WorldFaultName[]>> = {
  InitializeCluster: ['replaced'],
  CreateCluster: ['done-by-another'],
  CreateHsm: ['done-by-another'],
  DeleteHsm: ['slow'],
  CopyBackupToRegion: ['ends-failed', 'slow'],
  DeleteBackup: ['purged'],
}

/** The faults of each operation beside those of every service. */
export const worldFaults: Readonly<Record<string, readonly WorldFaultName[]>> = Object.fromEntries(
  Object.keys(operations).map((name) => [name, ['unavailable', ...(own[name] ?? [])]]),
)
