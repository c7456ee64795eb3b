/** What starts this program, as it was started. */
let program: readonly string[] = ['runbook']

/** From here on commands are printed as they work here, where `runbook` itself is not on the PATH. */
export function startedAs(words: readonly string[]): void {
  program = words
}

/** A command as one pastes it into a POSIX shell; one of `runbook` begins with what started this program. */
export function quoteCommand([first, ...rest]: readonly string[]): string {
  const words = first === 'runbook' ? [...program, ...rest] : first === undefined ? [] : [first, ...rest]
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ')
}

/** A text in which commands between backquotes begin with what started this program, as {@link quoteCommand} prints them. */
export function asStarted(text: string): string {
  return text.replaceAll('`runbook ', `\`${quoteCommand(['runbook'])} `)
}
