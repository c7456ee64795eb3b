import type { CommandResult, HsmClient } from '../../../engine/step/capabilities.ts'
import { StepError } from '../../../engine/step/errors.ts'
import type { Json } from '../../../engine/step/json.ts'
import type { CliCommand } from './cli-command.ts'
import type { QuorumDesk } from './quorum/desk.ts'
import type { UserRole } from './config.ts'

/** AWS CloudHSM's client software on this machine. */
export interface CloudHsmClient extends HsmClient {
  /** Where the client software is. Absolute. */
  readonly folder: string
  /** Of a sandbox. */
  readonly endpoint: string | undefined
  /** The tokens that wait for signatures; absent: the binding has no `quorumFolder`. */
  readonly quorum: QuorumDesk | undefined
  /**
   * Runs a command of `cloudhsm-cli`.
   *
   * @returns `data` of its answer
   * @throws {StepError} `authentication` when the login was refused, which is never tried again by itself; `device` or `transient`
   *   when it was answered with an error, with `outcomeUnknown` when it is one of an effect: some HSMs may have done it
   */
  run(command: CliCommand): Promise<Json>
  /** Runs `configure-cli` or `configure-pkcs11`. */
  configure(tool: 'cli' | 'pkcs11', args: readonly string[], signal: AbortSignal): Promise<CommandResult>
  /** A user that the binding has. @throws {StepError} `not-found` */
  user(name: string): { readonly role: UserRole; readonly reference: string }
  /** Process ids of what an earlier attempt of the effect started and that still runs; `undefined`: this machine does not tell. */
  stillRunning(effectId: string): Promise<readonly number[] | undefined>
}

const brand = Symbol.for('runbook.CloudHsmClient')

/** Marks a client, so that {@link asCloudHsmClient} knows it. */
export function branded<C extends CloudHsmClient>(client: C): C {
  return Object.defineProperty(client, brand, { value: true })
}

/** Narrows the engine's capability. @throws {StepError} `invalid` when it is another HSM's client */
export function asCloudHsmClient(client: HsmClient): CloudHsmClient {
  // the brand holds across copies of this library
  if (brand in client) return client as unknown as CloudHsmClient
  throw new StepError('invalid', `\`${client.name}\` is no client of AWS CloudHSM`)
}
