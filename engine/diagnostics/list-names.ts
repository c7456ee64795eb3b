/** `` `a` ``, `` `a` or `b` ``, `` `a`, `b` or `c` ``: names in backquotes, joined as one says them. */
export function listNames(names: readonly string[], word: 'and' | 'or'): string {
  return listClauses(
    names.map((name) => `\`${name}\``),
    word,
  )
}

/** The same without backquotes. */
export function listClauses(clauses: readonly string[], word: 'and' | 'or'): string {
  if (clauses.length < 2) return clauses.join('')
  return `${clauses.slice(0, -1).join(', ')} ${word} ${clauses.at(-1) ?? ''}`
}

/** `1 step`, `2 steps`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`
}
