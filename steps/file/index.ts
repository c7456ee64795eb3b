import type { Family } from '../../engine/step/family.ts'
import { folderBinding } from './binding.ts'
import { read } from './read.ts'
import { writeRecord } from './write-record.ts'
import { write } from './write.ts'

/** Files whose place is a folder that outlives the run. */
export const file: Family = {
  name: 'file',
  summary: 'Texts and records in folders',
  stepTypes: [write, writeRecord, read],
  bindingKinds: [folderBinding],
  simulators: [async () => (await import('./simulator.ts')).folderSimulator],
}
