import type { FaultName } from '../../../engine/step/simulator.ts'
import { expired } from './authenticate.ts'
import { ServiceError, type Caller } from './service.ts'

/** What a fault makes of a request: an error answer, or something that happens to the connection. */
export type FaultEffect =
  | { readonly kind: 'answer'; readonly error: ServiceError; readonly clockOffsetMs: number }
  | { readonly kind: 'reset-before' | 'reset-after' | 'hang' }

/** What a service calls the refusals that services share; absent: as JSON services do. */
export interface FaultClasses {
  readonly denied?: string
  readonly internal?: string
  readonly throttled?: string
  readonly wrongSignature: string
}

/** How far a server with another time is off, in milliseconds. */
const otherTimeMs = 15 * 60_000

/** Translates an injected fault into what a client of AWS sees. */
export function effectOf(
  fault: FaultName,
  action: string,
  caller: Caller | undefined,
  classes: FaultClasses,
  now: number,
): FaultEffect {
  const { denied = 'AccessDeniedException', internal = 'InternalFailure' } = classes
  const { throttled = 'ThrottlingException', wrongSignature } = classes
  switch (fault) {
    case 'fail':
      return answer(new ServiceError(internal, 'The request processing has failed because of an unknown error.', 500))
    case 'deny':
      return answer(
        new ServiceError(
          denied,
          `User: ${caller?.arn ?? 'unknown'} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`,
        ),
      )
    case 'throttle':
      return answer(new ServiceError(throttled, 'Rate exceeded'))
    case 'clock-skew':
      return answer(new ServiceError(wrongSignature, expired(now, now + otherTimeMs)), otherTimeMs)
    case 'reset-before':
    case 'reset-after':
    case 'hang':
      return { kind: fault }
  }
}

function answer(error: ServiceError, clockOffsetMs = 0): FaultEffect {
  return { kind: 'answer', error, clockOffsetMs }
}
