import type { Family } from '../../engine/step/family.ts'
import { folderBinding } from './binding.ts'
import { keepArtifact } from './keep-artifact.ts'
import { read } from './read.ts'
import { writeRecord } from './write-record.ts'
import { write } from './write.ts'

/** Files whose place is a folder that outlives the run. */
export const file: Family = {
  name: 'file',
  summary: 'Texts, records and artifacts in folders',
  stepTypes: [write, writeRecord, keepArtifact, read],
  bindingKinds: [folderBinding],
  simulators: [async () => (await import('./simulator.ts')).folderSimulator],
}
