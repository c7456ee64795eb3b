import { StepError, type ErrorCode } from '../../engine/step/errors.ts'

const meanings: Readonly<Partial<Record<string, ErrorCode>>> = {
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
  EBUSY: 'in-use',
  EIO: 'device',
  ENOSPC: 'transient',
  EDQUOT: 'transient',
  EMFILE: 'transient',
  ENFILE: 'transient',
  ENAMETOOLONG: 'invalid',
}

/**
 * What the operating system refused, in the words of the taxonomy.
 *
 * @param doing what we were doing, as a verb and its object
 */
export function folderError(error: unknown, doing: string): unknown {
  if (StepError.is(error)) return error
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return error
  const code = meanings[error.code]
  if (code === undefined) return error
  return new StepError(code, `could not ${doing} (\`${error.code}\`)`, {
    cause: error,
    facts: { systemError: error.code },
    ...(error.code === 'ENOSPC' || error.code === 'EDQUOT' ? { hint: 'make room, then resume' } : {}),
  })
}
