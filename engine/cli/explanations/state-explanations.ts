import type { JournalFailure } from '../../journal/journal-error.ts'

/** What can be wrong with the state folder and the journals in it. */
export const stateExplanations: Readonly<
  Record<'state-folder' | 'disk' | `journal-${JournalFailure}`, readonly string[]>
> = {
  'state-folder': [
    'The state folder cannot be written, or lies on a network file system, where locks and fsync do not hold.',
    'Choose a local one with `--state DIR` or `$RUNBOOK_STATE`.',
  ],
  disk: [
    'The operating system refused a file: the disk is full or failed, a limit was reached, or permissions forbid it.',
    'The message says which. Mend it, then give the command that was printed: what was recorded is safe.',
  ],
  'journal-damaged': [
    'A line of the journal before its last one was changed, lost or moved. A power loss does not do that.',
    'Keep it as it is, find out what happened, and look for a whole copy in a backup of the state folder.',
  ],
  'journal-newer': ['The journal was written by a release with another format.', 'Use that release for this run.'],
  'journal-other-head': [
    'The journal is whole in itself, and the head that was given is not in it: it was cut, replaced, or is of another run.',
    'Compare with the head that was printed at start, approval, point of no return and end, and look for the right journal in a backup.',
  ],
  'journal-read-failed': [
    'The disk gave nothing back, so what the journal holds is not known.',
    'The message says why. Mend it, then give the same command again.',
  ],
  'journal-write-failed': [
    'The disk refused a write. Nothing more is recorded by this process, so nothing more is done.',
    'Make room or mend the disk, then resume.',
  ],
  'journal-exists': [
    'A journal of that name is there already. This does not happen with run ids that the program chooses.',
    'Look who made it.',
  ],
  'journal-missing': [
    'There is no such journal: the run did not begin, or its folder was moved.',
    '`runbook status` lists what is there.',
  ],
}
