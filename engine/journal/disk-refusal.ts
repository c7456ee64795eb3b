import { JournalError } from './journal-error.ts'

/** What the errors mean that disks give, and what to do about them. Errors that say nothing else are named as they are. */
const meanings: ReadonlyMap<string, readonly [meaning: string, hint: string]> = new Map([
  ['ENOSPC', ['the disk is full', 'make room on it, then resume: what was recorded is safe']],
  ['EDQUOT', ["this user's quota is used up", 'make room or raise the quota, then resume: what was recorded is safe']],
  [
    'EIO',
    ['the disk failed', "look at the disk (the kernel's log tells more), mend it, then resume on the same files"],
  ],
  [
    'EROFS',
    [
      'the file system is read-only',
      'the kernel may have made it so after an error: mend it, mount it writable, then resume',
    ],
  ],
  ['EMFILE', ['this process has too many files open', 'raise `ulimit -n`, then resume: what was recorded is safe']],
  [
    'ENFILE',
    [
      'the machine has too many files open',
      'raise `fs.file-max` or end something, then resume: what was recorded is safe',
    ],
  ],
  ['EACCES', ['permissions forbid it', 'resume as the user whose run this is, or mend the permissions']],
  ['EPERM', ['it is not permitted', 'resume as the user whose run this is, or mend the permissions']],
  [
    'EFBIG',
    ['the file is too long for this user or file system', 'raise `ulimit -f`, then resume: what was recorded is safe'],
  ],
])

/** What an error of the operating system means, and what to do. */
export interface Refusal {
  /** `the disk is full (\`ENOSPC\`)` */
  readonly why: string
  readonly hint: string
}

/** @returns `undefined` for an error that is not of a disk, or says nothing that a person could act on */
export function refusalOf(error: unknown): Refusal | undefined {
  const errno = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const [meaning, hint] = errno === undefined ? [] : (meanings.get(errno) ?? [])
  return errno === undefined || hint === undefined ? undefined : { why: `${meaning ?? ''} (\`${errno}\`)`, hint }
}

/**
 * The error for a disk that refused a journal.
 *
 * @param refused what it refused: `cannot be written`
 */
export function diskRefusal(
  code: 'read-failed' | 'write-failed',
  path: string,
  refused: string,
  cause: unknown,
): JournalError {
  if (cause instanceof JournalError) return cause
  const refusal = refusalOf(cause)
  const why = refusal?.why ?? (cause instanceof Error ? cause.message : String(cause))
  const hint = refusal === undefined ? {} : { hint: refusal.hint }
  return new JournalError(code, `journal \`${path}\` ${refused}: ${why}`, { ...hint, cause })
}
