import { randomUUID } from 'node:crypto'
import type { Json } from '../../../engine/step/json.ts'
import { type FaultName, isFault, type WorldFaultName } from '../../../engine/step/simulator.ts'
import { authenticate, jsonErrors } from './authenticate.ts'
import { refuseDenied } from './denied.ts'
import { effectOf } from './faulty.ts'
import type { Answer, Hosted } from './answer.ts'
import { ServiceError } from './service.ts'
import type { SignedRequest } from './sigv4.ts'
import { validate } from './validate.ts'

/** Answers a request of the AWS JSON 1.1 protocol. */
export async function answerJson(request: SignedRequest, hosted: Hosted): Promise<Answer> {
  const requestId = randomUUID()
  const [prefix, operation = ''] = String(request.headers['x-amz-target']).split('.')
  const found = hosted.services.find(({ service }) => service.targetPrefix === prefix)
  const answer = (status: number, body: Json, clockOffsetMs = 0): Answer => ({
    kind: 'send',
    status,
    contentType: 'application/x-amz-json-1.1',
    body: JSON.stringify(body),
    requestId,
    clockOffsetMs,
  })
  const failed = (error: unknown, clockOffsetMs = 0): Answer => {
    const known = error instanceof ServiceError ? error : new ServiceError('InternalFailure', bugText(error), 500)
    const member = found?.service.messageMember ?? 'message'
    return answer(known.status, { __type: known.errorClass, [member]: known.message }, clockOffsetMs)
  }
  try {
    const shape = found?.service.operations[operation]
    if (found === undefined || shape === undefined) throw new ServiceError('UnknownOperationException', '')
    const { service, running } = found
    const now = hosted.realNow()
    const caller = authenticate(request, service, hosted.accounts, jsonErrors, now)
    const taken = hosted.faults.take(service.name, operation)
    refuseInOutage(hosted, service.name, caller.region, taken)
    const fault = taken !== undefined && isFault(taken) ? taken : undefined
    const worldFault = taken === undefined || isFault(taken) ? undefined : taken
    const effect =
      fault &&
      effectOf(
        fault,
        `${service.name}:${operation}`,
        caller,
        { ...service.errorClasses, wrongSignature: jsonErrors.wrongSignature },
        now,
      )
    if (effect?.kind === 'answer') return failed(effect.error, effect.clockOffsetMs)
    if (effect?.kind === 'reset-before') return { kind: 'reset' }
    if (effect?.kind === 'hang') return { kind: 'hang' }
    refuseDenied(
      hosted,
      `${service.name}:${operation}`,
      caller,
      service.errorClasses?.denied ?? 'AccessDeniedException',
    )
    const input = validate(shape, parse(request.body), service.errorClasses?.invalid)
    const output = await running.call(operation, input, caller, worldFault)
    return effect?.kind === 'reset-after' ? { kind: 'reset' } : answer(200, output)
  } catch (error) {
    return failed(error)
  }
}

/** How long an outage of a service in a Region lasts, in milliseconds. */
const outageMs = 10 * 60_000

/** @throws {ServiceError} 503 while the Region is out of order */
function refuseInOutage(
  { outages, clock }: Hosted,
  service: string,
  region: string,
  fault: FaultName | WorldFaultName | undefined,
): void {
  const place = `${service} ${region}`
  if (fault === 'unavailable') outages.set(place, clock.now() + outageMs)
  if (clock.now() >= (outages.get(place) ?? 0)) return
  throw new ServiceError('ServiceUnavailable', 'Service is unable to handle request.', 503)
}

function parse(body: Uint8Array): Json {
  try {
    // What JSON.parse gives is JSON; `validate` looks at it before anything else does.
    return JSON.parse(Buffer.from(body).toString('utf8')) as Json
  } catch (cause) {
    throw new ServiceError('SerializationException', `request is not JSON: ${String(cause)}`)
  }
}

/** A mistake of the simulator itself: its stack is what helps. */
function bugText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
