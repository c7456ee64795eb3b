import { randomUUID } from 'node:crypto'
import { takeFault } from '../../../engine/step/simulator.ts'
import type { Answer, Hosted } from './answer.ts'
import { authenticate } from './authenticate.ts'
import { refuseDenied } from './denied.ts'
import { effectOf } from './faulty.ts'
import { readQuery } from './read-query.ts'
import { ServiceError } from './service.ts'
import type { SignedRequest } from './sigv4.ts'
import { stsService } from './sts.ts'
import { validate } from './validate.ts'
import { xmlAnswers } from './write-xml.ts'

/** Answers a request of the query protocol, in the form that its service speaks. */
export async function answerQuery(request: SignedRequest, hosted: Hosted): Promise<Answer> {
  const requestId = randomUUID()
  const form = new URLSearchParams(Buffer.from(request.body).toString('utf8'))
  const action = form.get('Action') ?? ''
  const version = form.get('Version')
  const found = hosted.queryServices.find(({ service }) => service.version === version)
  const { dialect, namespace } = found?.service ?? stsService
  const xml = xmlAnswers(dialect, namespace, action, requestId)
  const answer = (status: number, body: string, clockOffsetMs = 0): Answer => ({
    ...{ kind: 'send', contentType: 'text/xml', status, body, requestId, clockOffsetMs },
  })
  const failed = (error: ServiceError, clockOffsetMs = 0): Answer =>
    answer(error.status, xml.error(error), clockOffsetMs)
  try {
    const shape = found?.service.operations[action]
    if (found === undefined || shape === undefined)
      throw new ServiceError('InvalidAction', `Could not find operation ${action}`)
    const { service, running } = found
    const { refusals } = dialect
    const now = hosted.realNow()
    const errors = { ...refusals, status: refusals.unauthenticatedStatus }
    const caller = authenticate(request, service, hosted.accounts, errors, now)
    const name = `${service.name}:${action}`
    const fault = takeFault(hosted.faults, service.name, action)
    const effect = fault && effectOf(fault, name, caller, refusals, now)
    if (effect?.kind === 'answer') return failed(effect.error, effect.clockOffsetMs)
    if (effect?.kind === 'reset-before') return { kind: 'reset' }
    if (effect?.kind === 'hang') return { kind: 'hang' }
    refuseDenied(hosted, name, caller, refusals.denied, 403)
    const output = await running.call(
      action,
      validate(shape, readQuery(form, shape, dialect), refusals.invalid),
      caller,
    )
    return effect?.kind === 'reset-after' ? { kind: 'reset' } : answer(200, xml.result(output))
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return failed(error)
  }
}
