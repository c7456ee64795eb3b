import { createHash } from 'node:crypto'
import type { SourceFile } from './diagnostic.ts'

/** A text that did not come from a file, such as a value given on the command line: `path` says where it came from. */
export function sourceFile(path: string, text: string): SourceFile {
  return { path, text, sha256: createHash('sha256').update(text).digest('hex') }
}
