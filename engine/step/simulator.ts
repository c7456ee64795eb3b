import type { Json, JsonObject } from './json.ts'

/** Stands in for what cannot be had on a laptop. It keeps state and rules of the real thing and does real cryptography. */
export interface Simulator {
  /** Shown wherever it is used: `simulated AWS Private CA`. */
  readonly name: string
  /** The binding kind whose bindings it answers for. */
  readonly bindingKind: string
  /** What a rehearsal against it cannot show, one clause each. */
  readonly notRehearsed: readonly string[]
  /** Opens its world in `world.folder`, made there on first use, found there again later. */
  start(world: SimulatorWorld): Promise<RunningSimulator>
  /**
   * Makes one simulator of two with the same {@link bindingKind}: a sandbox starts one a kind, whichever families it has.
   * Absent: there is only one.
   */
  join?(other: Simulator): Simulator
}

export interface SimulatorWorld {
  /** Its own folder, durable, private. Absolute. */
  readonly folder: string
  /**
   * Folder of all SoftHSM tokens of the sandbox, one folder each: a process reads one configuration, so whoever simulates an HSM has
   * its tokens here. Absolute.
   */
  readonly tokenFolder: string
  readonly clock: SimulatorClock
  readonly ledger: Ledger
  readonly faults: Faults
}

/** The one clock of a sandbox. Real time plus what was skipped. */
export interface SimulatorClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Moves to `at` unless it is past already. Durable before it returns. */
  advanceTo(at: number): void
}

/** A line for each effect of a request that a simulator committed. Replays, refusals and what a world fault does get none. */
export interface Ledger {
  /**
   * Durable before it returns. `operation` as the API names it. A line whose `id` is there already is not written again, so
   * that a simulator killed between its own commit and this one can catch up.
   */
  commit(entry: {
    readonly service: string
    readonly operation: string
    readonly resource: string
    readonly id?: string
  }): void
}

/**
 * Injected faults, asked for by a simulator at each request.
 *
 * - `fail`: HTTP 500 of the service, before anything happened
 * - `deny`: the service's access-denied error
 * - `throttle`: the service's throttling error
 * - `reset-before`: connection reset before anything happened
 * - `reset-after`: the effect is committed, then the connection is reset
 * - `hang`: no answer as long as the caller waits
 * - `clock-skew`: the service's signature-expired error
 */
export const faultNames = ['fail', 'deny', 'throttle', 'reset-before', 'reset-after', 'hang', 'clock-skew'] as const

export type FaultName = (typeof faultNames)[number]

/**
 * Faults of services whose things change by themselves, each where the service has it.
 *
 * - `unavailable`: HTTP 503 from this Region for the next ten minutes, by the sandbox's clock
 * - `replaced`: just before, the service replaces what the request is about by another one
 * - `done-by-another`: just before, somebody else does the same
 * - `purged`: just before, the service removes what the request is about by a rule of its own
 * - `ends-failed`: what is begun ends as failed
 * - `slow`: what is begun takes an hour longer
 * - `partly`: done in fewer places than it must be, and answered as an error
 */
export const worldFaultNames = [
  'unavailable',
  'replaced',
  'done-by-another',
  'purged',
  'ends-failed',
  'slow',
  'partly',
] as const

export type WorldFaultName = (typeof worldFaultNames)[number]

/**
 * Injected faults of PKCS#11 calls, service `pkcs11`, operations as the standard names them (`C_Sign`).
 *
 * - `device-error`, `device-removed`, `session-handle-invalid`, `session-closed`, `host-memory`: that return value, and the call is not made
 * - `logged-out`: the token loses its login, then the call is made
 * - `lost`: the call is made, and its answer is `CKR_FUNCTION_FAILED`
 */
export const tokenFaultNames = [
  'device-error',
  'device-removed',
  'session-handle-invalid',
  'session-closed',
  'host-memory',
  'logged-out',
  'lost',
] as const

export type TokenFaultName = (typeof tokenFaultNames)[number]

export interface Faults {
  /** The fault for this call, used up by asking; `undefined`: none. */
  take(service: string, operation: string): FaultName | WorldFaultName | undefined
  /** Says which faults an operation can have; of operations that nobody spoke of it is {@link faultNames}. */
  declare?(service: string, operation: string, names: readonly (FaultName | WorldFaultName)[]): void
  /** Hands over the faults of a service whose calls no simulator sees, those that are there already at once. */
  handOver?(service: string, calls: CallsElsewhere): void
}

/** Whether it is one that every service can have. */
export function isFault(name: FaultName | WorldFaultName): name is FaultName {
  return faultNames.some((each) => each === name)
}

/**
 * {@link Faults.take} for a service that has none but {@link faultNames}.
 *
 * @throws {Error} when it was asked to have another one
 */
export function takeFault(faults: Faults, service: string, operation: string): FaultName | undefined {
  const fault = faults.take(service, operation)
  if (fault === undefined || isFault(fault)) return fault
  throw new Error(`\`${service}.${operation}\` cannot have fault \`${fault}\``)
}

/** The calls of a service that are made in the engine's process, such as those of a PKCS#11 module. */
export interface CallsElsewhere {
  /**
   * From now on counts calls, and has this fault in the `ahead`-th call of the operation from now (1: the next), or in the first
   * behind it that has none yet.
   */
  inject(operation: string, ahead: number, fault: TokenFaultName): void
  /** The faults of an operation that lead to different answers of it. */
  faultsOf(operation: string): readonly TokenFaultName[]
  /** From now on counts calls. */
  count(): void
  /** How often each operation was called since calls are counted. */
  counted(): ReadonlyMap<string, number>
}

export interface RunningSimulator {
  /**
   * The environment's entry for one binding.
   *
   * @param name the binding's name
   * @param wanted what the rehearsal file says about it
   * @returns the entry without `kind`, valid against the binding kind's schema, and what else the rehearsal file may refer to as
   *   `bindings.NAME.…`
   */
  binding(
    name: string,
    wanted: JsonObject,
  ): Promise<{ readonly entry: JsonObject; readonly facts: Readonly<Record<string, Json>> }>
  /**
   * What is in its world that no ledger tells, a line each, equal for two runs that did the same: not what a world fault brought
   * into it.
   */
  inventory?(): Promise<readonly string[]>
  stop(): Promise<void>
}
