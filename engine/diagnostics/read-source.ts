import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { Diagnostic, SourceFile, Span } from './diagnostic.ts'

/** Bytes; a runbook that a person reviews is far smaller. */
const sourceLimitBytes = 1024 * 1024

export interface ReadSource {
  readonly source: SourceFile | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads a file that people write: UTF-8 text (a byte order mark is accepted), at most {@link sourceLimitBytes}, of which a
 * larger file is not read further.
 */
export async function readSource(path: string): Promise<ReadSource> {
  let bytes: Buffer | string
  try {
    bytes = await readBytes(path)
  } catch (error) {
    return refused(path, 'unreadable-file', reasonOf(error))
  }
  if (typeof bytes === 'string') return refused(path, 'unreadable-file', bytes)
  if (bytes.length > sourceLimitBytes) {
    return refused(path, 'file-too-large', 'file is larger than 1 MiB', 'name a runbook, environment or inputs file')
  }
  const text = decoded(bytes)
  const nul = text.indexOf('\0')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (nul >= 0) return refused(path, 'not-text', 'file is not text: it holds a NUL byte', undefined, { text, at: nul })
  if (Buffer.byteLength(text) !== bytes.length || !Buffer.from(text).equals(bytes)) {
    const at = text.indexOf('\ufffd')
    return refused(path, 'not-text', 'file is not UTF-8 text', 'save it as UTF-8', { text, at: Math.max(at, 0) })
  }
  return { source: { path, text: text.replace(/^\ufeff/, ''), sha256 }, diagnostics: [] }
}

/** At most one byte more than the limit, so that a pipe or a huge file costs nothing; or why there are none. */
async function readBytes(path: string): Promise<Buffer | string> {
  const file = await open(path, 'r')
  try {
    const stat = await file.stat()
    if (stat.isDirectory()) return 'is a directory, not a file'
    if (stat.isFile() && stat.size > sourceLimitBytes) return Buffer.alloc(sourceLimitBytes + 1)
    const chunks: Buffer[] = []
    let length = 0
    while (length <= sourceLimitBytes) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, null)
      if (bytesRead === 0) break
      chunks.push(buffer.subarray(0, bytesRead))
      length += bytesRead
    }
    return Buffer.concat(chunks)
  } finally {
    await file.close()
  }
}

function decoded(bytes: Buffer): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  switch (code) {
    case 'ENOENT':
      return 'no such file'
    case 'ENOTDIR':
      return 'no such file: a part of the path is not a directory'
    case 'EACCES':
    case 'EPERM':
      return 'no permission to read the file'
    case 'EISDIR':
      return 'is a directory, not a file'
    default:
      return `cannot read the file (\`${code || 'unknown error'}\`)`
  }
}

function refused(
  path: string,
  code: string,
  message: string,
  hint?: string,
  where?: { readonly text: string; readonly at: number },
): ReadSource {
  const span: Span = where === undefined ? { start: 0, end: 0 } : { start: where.at, end: where.at + 1 }
  const source: SourceFile = { path, text: where?.text ?? '', sha256: '' }
  return { source: undefined, diagnostics: [{ code, message, ...(hint === undefined ? {} : { hint }), source, span }] }
}
