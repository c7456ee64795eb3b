import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { StepError } from '../../engine/step/errors.ts'
import { connectionError } from './http-error.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE'
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly signal: AbortSignal
  /** Milliseconds until the whole answer must be there. */
  readonly timeoutMs?: number
}

export interface HttpAnswer {
  readonly status: number
  readonly etag: string | undefined
  readonly contentType: string | undefined
  readonly location: string | undefined
  readonly body: Uint8Array
}

const standardTimeoutMs = 60_000
const largestBodyBytes = 8 * 1024 * 1024

/**
 * Sends one request on a connection of its own, once: no proxy, no redirect, no retry.
 *
 * @throws {StepError} `transient`, `denied` (TLS), `timeout`, `cancelled`, `invalid` (an answer beyond 8 MiB)
 */
export async function send(asked: HttpRequest): Promise<HttpAnswer> {
  const { method, url, signal, timeoutMs = standardTimeoutMs } = asked
  const what = `\`${method} ${url.href}\``
  const changes = method === 'PUT' || method === 'DELETE'
  if (signal.aborted) throw new StepError('cancelled', `stopped on request before ${what} was sent`)
  return new Promise((resolve, reject) => {
    const outgoing = open(asked)
    const stop = (reason: StepError): void => {
      finish()
      reject(reason)
      outgoing.destroy()
    }
    const abort = (): void =>
      stop(new StepError('cancelled', `${what} was stopped on request`, { outcomeUnknown: changes }))
    const expire = (): void =>
      stop(new StepError('timeout', `${what} had no answer within ${timeoutMs} ms`, { outcomeUnknown: changes }))
    const timer = setTimeout(expire, timeoutMs)
    const finish = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
    signal.addEventListener('abort', abort, { once: true })
    // stays after the end: what comes late must not end the process
    outgoing.on('error', (error) => stop(connectionError(error, what, changes)))
    outgoing.once('response', (incoming) => {
      receive(incoming, what).then(
        (answer) => {
          finish()
          resolve(answer)
        },
        (error: unknown) => stop(StepError.is(error) ? error : connectionError(error, what, changes)),
      )
    })
    outgoing.end(asked.body)
  })
}

function open({ method, url, headers = {}, body }: HttpRequest): ClientRequest {
  const length = body === undefined ? {} : { 'Content-Length': String(body.length) }
  const options = { method, agent: false, headers: { ...headers, ...length } }
  return url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options)
}

async function receive(incoming: IncomingMessage, what: string): Promise<HttpAnswer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk as Uint8Array) // no encoding was set
    length += bytes.length
    if (length > largestBodyBytes)
      throw new StepError('invalid', `${what} was answered with more than ${largestBodyBytes} bytes`)
    chunks.push(bytes)
  }
  const { etag, location, 'content-type': contentType } = incoming.headers
  return { status: incoming.statusCode ?? 0, etag, contentType, location, body: Buffer.concat(chunks) }
}
