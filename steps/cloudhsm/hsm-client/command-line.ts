import { StepError } from '../../../engine/step/errors.ts'

/** Words that need no quotes in any shell's way of splitting. */
const plain = /^[A-Za-z0-9_./:=@%+,-]+$/

/**
 * A line as one types it in interactive mode, where words are split at spaces and double quotes keep them together.
 *
 * @throws {StepError} `invalid` for what no quotes keep together; the word is not repeated, as it may be a password
 */
export function commandLine(words: readonly string[]): string {
  return words.map(quoted).join(' ')
}

function quoted(word: string): string {
  if (plain.test(word)) return word
  if (/^[ !#-[\]-~]*$/.test(word)) return `"${word}"`
  throw new StepError(
    'invalid',
    'a word for `cloudhsm-cli` has a `"`, a `\\` or something that is not printable ASCII',
    {
      hint: 'choose another label or password',
    },
  )
}
