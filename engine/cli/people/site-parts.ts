import type { Environment } from '../../document/environment.ts'
import type { StateFolder } from '../../run/state-folder.ts'
import type { Terminal } from '../terminal.ts'
import type { AnswersByFlag } from './answers-by-flag.ts'

/** What it takes to ask people. */
export interface SiteParts {
  readonly environment: Environment
  readonly state: StateFolder
  readonly terminal: Terminal | undefined
  readonly insistOnSandbox: () => Promise<void>
  /** The operator's. */
  readonly principal: string
  readonly flags: AnswersByFlag
  /** Waits for answers that come by file instead of stopping. */
  readonly wait: boolean
  readonly say: (text: string) => void
}
