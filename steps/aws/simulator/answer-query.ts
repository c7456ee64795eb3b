import { randomUUID } from 'node:crypto'
import { takeFault } from '../../../engine/step/simulator.ts'
import { authenticate, queryErrors } from './authenticate.ts'
import { effectOf } from './faulty.ts'
import type { Answer, Hosted } from './answer.ts'
import { ServiceError } from './service.ts'
import type { SignedRequest } from './sigv4.ts'
import { actionOf, callerIdentity, queryError } from './sts.ts'

/** Answers a request of the AWS Query protocol, which only STS speaks here. */
export async function answerQuery(request: SignedRequest, hosted: Hosted): Promise<Answer> {
  const requestId = randomUUID()
  const answer = (status: number, body: string, clockOffsetMs = 0): Answer => ({
    kind: 'send',
    status,
    contentType: 'text/xml',
    body,
    requestId,
    clockOffsetMs,
  })
  try {
    const now = hosted.realNow()
    const caller = authenticate(request, 'sts', hosted.accounts, queryErrors, now)
    const action = actionOf(request.body)
    if (action !== 'GetCallerIdentity') throw new ServiceError('InvalidAction', `Could not find operation ${action}`)
    const fault = takeFault(hosted.faults, 'sts', action)
    const effect =
      fault && effectOf(fault, `sts:${action}`, caller, { wrongSignature: queryErrors.wrongSignature }, now)
    if (effect?.kind === 'answer')
      return answer(effect.error.status, queryError(effect.error, requestId), effect.clockOffsetMs)
    if (effect !== undefined) return { kind: effect.kind === 'hang' ? 'hang' : 'reset' }
    return answer(200, callerIdentity(caller, requestId))
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return answer(error.status, queryError(error, requestId))
  }
}
