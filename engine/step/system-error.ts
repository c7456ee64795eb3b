import { StepError, type ErrorCode } from './errors.ts'

const meanings: Readonly<Partial<Record<string, ErrorCode>>> = {
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  EISDIR: 'invalid',
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
  ENOEXEC: 'invalid',
  E2BIG: 'invalid',
  ERR_INVALID_ARG_VALUE: 'invalid',
  EAGAIN: 'transient',
  EMFILE: 'transient',
  ENFILE: 'transient',
  ENOMEM: 'transient',
  ENOSPC: 'transient',
  ETXTBSY: 'in-use',
  EIO: 'device',
}

/**
 * What the operating system refused, in the words of the taxonomy. Its own text is left out: it may quote arguments.
 *
 * @param what names the thing and what could not be done with it
 */
export function systemError(error: unknown, what: string, hint?: string): unknown {
  if (StepError.is(error)) return error
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return error
  const code = meanings[error.code]
  if (code === undefined) return error
  const facts = { systemError: error.code }
  return new StepError(code, `${what} (\`${error.code}\`)`, hint === undefined ? { facts } : { facts, hint })
}
