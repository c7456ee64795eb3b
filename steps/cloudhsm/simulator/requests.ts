import type { JsonObject } from '../../../engine/step/json.ts'
import type { ValueOf } from '../../aws/simulator/shapes.ts'
import type { CloudHsmContext } from './context.ts'
import type { operations } from './shapes.ts'

type OperationName = keyof typeof operations

/** A request that the server has found valid. */
export type RequestOf<Name extends OperationName> = ValueOf<(typeof operations)[Name]>

/** Answers one operation. An empty answer is `{}`. */
type Handler<Name extends OperationName> = (
  input: RequestOf<Name>,
  context: CloudHsmContext,
) => JsonObject | Promise<JsonObject>

export type Handlers<Names extends OperationName = OperationName> = { readonly [Name in Names]: Handler<Name> }
