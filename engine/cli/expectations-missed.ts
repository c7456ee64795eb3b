/** A rehearsal came to its end, and the world was not as its file expects. Exit code 1. */
export class ExpectationsMissed extends Error {
  constructor(titles: readonly string[]) {
    super(`expected, and not so: ${titles.join('; ')}`)
    this.name = 'ExpectationsMissed'
  }
}
