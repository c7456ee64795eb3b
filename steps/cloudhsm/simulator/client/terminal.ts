/** Where a simulated program was started, and what it reads and writes there. */
export interface Terminal {
  /** The program's working directory. Absolute. */
  readonly folder: string
  /** Those of the environment that the programs look at; empty where there is none. */
  readonly variables: Readonly<Record<TerminalVariable, string>>
  /** Writes to stdout. */
  print(text: string): void
  /** Writes to stderr. */
  complain(text: string): void
  /** A line of stdin, without its end; `undefined`: there are no more. */
  line(): Promise<string | undefined>
}

export const terminalVariables = ['CLOUDHSM_ROLE', 'CLOUDHSM_PIN', 'RUNBOOK_CLOUDHSM_CLIENT_VERSION'] as const

export type TerminalVariable = (typeof terminalVariables)[number]
