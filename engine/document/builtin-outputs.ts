import type { Schema } from '../expressions/schema.ts'

/** What a `manual` entry gives back: the word that was typed, who typed it, and the file that went with it. */
export const manualOutputs: Schema = {
  type: 'object',
  required: ['value', 'by'],
  additionalProperties: false,
  properties: {
    value: { type: 'string' },
    by: { type: 'string' },
    evidence: { type: 'string', description: 'Name of the file among the artifacts of the run.' },
    evidenceName: { type: 'string', description: 'Name that the file had where it came from.' },
    evidenceSha256: { type: 'string', description: 'SHA-256 of the file, hex.' },
  },
}
