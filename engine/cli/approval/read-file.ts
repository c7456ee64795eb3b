import { DocumentError } from '../../diagnostics/document-error.ts'
import { StepError } from '../../step/errors.ts'
import { openSource } from '../open-documents.ts'

/**
 * Reads a request or an answer that somebody sent.
 *
 * @throws {UsageError} when there is no file; {DocumentError} when it is not what is wanted
 */
export async function readSent<T>(
  path: string,
  code: 'invalid-request' | 'invalid-answer',
  read: (text: string) => T,
): Promise<T> {
  const source = await openSource(path)
  try {
    return read(source.text)
  } catch (error) {
    if (!StepError.is(error)) throw error
    const { message, hint } = error
    const place = { source, span: { start: 0, end: 1 } }
    throw new DocumentError([{ code, message, ...(hint === undefined ? {} : { hint }), ...place }])
  }
}
