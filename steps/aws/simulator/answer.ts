import type { Faults, SimulatorClock } from '../../../engine/step/simulator.ts'
import type { Accounts } from './accounts.ts'
import type { QueryService } from './query-service.ts'
import type { AwsService, RunningService } from './service.ts'

/** What came out of a request: bytes to send, or something that happens to the connection instead. */
export type Answer =
  | {
      readonly kind: 'send'
      readonly status: number
      readonly contentType: string
      readonly body: string | Uint8Array
      readonly requestId: string
      /** For a server whose clock is wrong. */
      readonly clockOffsetMs?: number
    }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }

/** A service that runs. */
interface HostedService<S> {
  readonly service: S
  readonly running: RunningService
}

/** Everything the answering functions need. */
export interface Hosted {
  readonly accounts: Accounts
  readonly services: readonly HostedService<AwsService>[]
  readonly queryServices: readonly HostedService<QueryService>[]
  readonly faults: Faults
  /** The sandbox's clock. */
  readonly clock: SimulatorClock
  /** Regions that are out of order, until when on the sandbox's clock. */
  readonly outages: Map<string, number>
  /** The real clock, in milliseconds since the epoch. */
  readonly realNow: () => number
}
