/** Where in the blocks of a runbook an entry runs. */
export interface Surroundings {
  /** Names the items of the `forEach` blocks around. */
  readonly suffix: string
  /** A failure in here does not pause the run: an entry around gives up on it. */
  readonly givesUp: boolean
  /** Only what was begun is brought to its end: the block around has failed for good. */
  readonly begunOnly: boolean
}

export const outermost: Surroundings = { suffix: '', givesUp: false, begunOnly: false }
