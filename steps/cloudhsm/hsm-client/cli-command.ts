import type { Secret } from '../../../engine/step/secret.ts'

/** One command of `cloudhsm-cli`. */
export interface CliCommand {
  readonly clusterId: string
  /** As one types them, each a word: `['user', 'create', '--username', 'alice']`. No secret. */
  readonly words: readonly string[]
  /** A user of the binding who is logged in for it; absent: nobody. */
  readonly as?: string | undefined
  /** The password that the command sets. */
  readonly newPassword?: Secret
  /** Of an effect: the command may change something, and its program is marked, so that a resume can see whether it still runs. */
  readonly effectId?: string
  readonly signal: AbortSignal
}
