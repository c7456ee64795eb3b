/** Exit codes. */
export const exitExplanations: Readonly<Record<string, readonly string[]>> = {
  '0': ['Done: what was asked for is so, and was proven by looking.', 'A plan, a status or a list was printed.'],
  '1': [
    'A step failed and was not, or no more, to be retried; or an expectation of a rehearsal did not hold.',
    'Read the message, mend its cause, then give the command that was printed: usually `runbook resume`.',
  ],
  '2': [
    'The command line is wrong, names a file that is not there, or the state folder cannot be used.',
    'Nothing was touched. `runbook COMMAND --help` begins with an example.',
  ],
  '3': [
    'A runbook, environment, rehearsal, inputs or plan file has mistakes, or a binding refers to something that is not there.',
    'Each is shown as FILE:LINE:COLUMN. Mend all of them, then give the same command again.',
  ],
  '4': [
    'A person is needed: approval, point of no return, conflict, refused, in doubt, stale plan, locked.',
    'A preflight ends with it when it found something bad: what a person must do before the window is under its hints.',
    'Nothing is broken and nothing goes on by itself. The message says who has to do what, and the command that goes on.',
  ],
  '130': [
    'Interrupted by a signal. Everything that was done is in the journal.',
    'Go on with `runbook resume`; nothing is done twice.',
  ],
}
