/** How much of the text before a token says whether the token begins there, in code units. */
export const leftContextLength = 32

const word = /[\p{L}\p{N}\p{M}_\ud800-\udfff]/u

/** What ends in a word character and is no part of a word: colours of a terminal, escapes of JSON and of addresses. */
const beforeToken = /(?:(?:\u001b|\\u001[bB])\[[0-9;?]*[A-Za-z]|\\[nrtbf]|\\u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2})$/

/** What may stand beside a token whose own first or last character is no word character. */
const separator = /[\s"'`,;:=()[\]{}<>\\%&\u001b]/

/**
 * Whether a token that begins with `first` may begin after `before`.
 *
 * @param before the end of the text before it, at most {@link leftContextLength}; empty: the text begins there
 */
export function beginsToken(before: string, first: string): boolean {
  return before === '' || apart(before.slice(-1), first) || beforeToken.test(before)
}

/** Whether a token that ends with `last` may end before `after`; empty: the text ends there. */
export function endsToken(last: string, after: string): boolean {
  return after === '' || apart(after, last)
}

function apart(neighbour: string, own: string): boolean {
  return word.test(own) ? !word.test(neighbour) : separator.test(neighbour)
}
