import type { Terminal } from './terminal.ts'

/** A program of the AWS CloudHSM client, SDK 5, that somebody started. */
export interface ProgramCall {
  readonly args: readonly string[]
  readonly terminal: Terminal
  /** Where the client software is. Absolute. */
  readonly folder: string
  /** Of the simulated AWS, `http://127.0.0.1:PORT`. */
  readonly endpoint: string
  /** Aborted when the program was killed. */
  readonly signal: AbortSignal
}
