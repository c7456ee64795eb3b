import type { JsonObject } from '../../../engine/step/json.ts'
import type { SimulatorClock } from '../../../engine/step/simulator.ts'
import { ServiceError, type Caller } from '../../aws/simulator/service.ts'
import type { ValueOf } from '../../aws/simulator/shapes.ts'
import type { operations } from './shapes.ts'
import type { StoredSecret } from './state.ts'
import type { Store } from './store.ts'

/** What every operation works with. */
export interface SecretsContext {
  readonly store: Store
  readonly clock: SimulatorClock
  readonly caller: Caller
}

type OperationName = keyof typeof operations

/** Answers operations. An empty answer is `{}`. */
export type Handlers<Names extends OperationName = OperationName> = {
  readonly [Name in Names]: (input: ValueOf<(typeof operations)[Name]>, context: SecretsContext) => JsonObject
}

/** @throws {ServiceError} `ResourceNotFoundException` */
export function findSecret(id: string, { store, caller }: SecretsContext): StoredSecret {
  const secret = store.find(id, caller)
  if (secret === undefined)
    throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
  return secret
}

/** @throws {ServiceError} `ResourceNotFoundException`, `InvalidRequestException` */
export function findUsable(id: string, context: SecretsContext): StoredSecret {
  const secret = findSecret(id, context)
  if (secret.deletedAt !== undefined)
    throw new ServiceError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    )
  return secret
}

/** A time as the protocol has it: seconds since the epoch. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000
}
