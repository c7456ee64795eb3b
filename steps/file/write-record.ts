import { type Static, Type } from 'typebox'
import type { JsonObject } from '../../engine/step/json.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { canonicalJson } from './canonical-json.ts'
import { fileName } from './file-name.ts'
import { dropFile, keepFile, keptFile, lookForFile } from './keep-file.ts'

const inputs = Type.Object(
  {
    name: fileName('Name of the file, such as `ceremony-record.json`'),
    record: Type.Record(Type.String(), Type.Unknown(), { description: 'What it says: names and values of any depth' }),
  },
  { additionalProperties: false },
)

/** Keeps a record made of inputs and outputs, as JSON that is the same bytes for the same record. */
export const writeRecord = defineStep({
  name: 'file.write-record',
  summary: 'Writes a record to a folder as canonical JSON, durably; never replaces another content',
  version: 1,
  inputs,
  outputs: keptFile,
  target: 'folder',
  permissions: ['write access to the folder'],
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: 0,
  examples: [
    {
      title: 'Leave a record of a ceremony',
      yaml: `
id: record
uses: file.write-record
target: out
with:
  name: ceremony-record.json
  record:
    ceremony: portable-root
    root:
      subject: CN=Example Root CA 1,O=Example
      serial: 4f3c2b1a
    witnesses: [alice, bob]
`,
    },
  ],
  check: (given, context) => lookForFile(given.name, bytesOf(given), context),
  apply: (given, context) => keepFile(given.name, bytesOf(given), context),
  undo: {
    destructive: false,
    run: (given, _outputs, context) => dropFile(given.name, bytesOf(given), context),
  },
})

function bytesOf({ record }: Static<typeof inputs>): Uint8Array {
  // inputs come from YAML, CEL and the journal, all of which hold JSON alone
  return Buffer.from(canonicalJson(record as JsonObject), 'utf8')
}
