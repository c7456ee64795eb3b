import type { Environment } from '../document/environment.ts'

/** Where a command stands when it stops before its end. */
export interface Standing {
  readonly done: readonly string[]
  readonly notDone: readonly string[]
  /** The exact command that goes on. */
  readonly goOn: string
  readonly runId?: string | undefined
  /** Where bindings have their positions. */
  readonly environment?: Environment
}

/** Carries an error to the one place that reports it, with what was done and how to go on. */
export class CommandStopped extends Error {
  override readonly cause: unknown
  readonly standing: Standing

  constructor(cause: unknown, standing: Standing) {
    super('a command stopped', { cause })
    this.name = 'CommandStopped'
    this.cause = cause
    this.standing = standing
  }
}
