/** What a lint found. */
export interface Finding {
  /** In the manner of zlint: `e_` for an error, `w_` for a warning. */
  readonly id: string
  readonly severity: 'error' | 'warning'
  readonly message: string
}

/** One rule. */
export interface Lint<Subject> {
  /** Ids are those of zlint where zlint has the rule. */
  readonly id: `${'e' | 'w'}_${string}`
  /** What is wrong, one clause; `undefined` when nothing is. */
  readonly look: (subject: Subject) => string | undefined
}

/** Makes a rule whose message is always the same. */
export function rule<Subject>(
  id: Lint<Subject>['id'],
  message: string,
  broken: (subject: Subject) => boolean,
): Lint<Subject> {
  return { id, look: (subject) => (broken(subject) ? message : undefined) }
}

/** Looks with every rule; findings come in the order of the rules. */
export function runLints<Subject>(lints: readonly Lint<Subject>[], subject: Subject): Finding[] {
  return lints.flatMap(({ id, look }) => {
    const message = look(subject)
    return message === undefined ? [] : [{ id, severity: id.startsWith('e_') ? 'error' : 'warning', message }]
  })
}
