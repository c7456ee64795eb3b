import { request as requestHttp, type IncomingHttpHeaders } from 'node:http'
import { request as requestHttps } from 'node:https'
import { StepError } from '../../engine/step/errors.ts'

export interface SiteAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Uint8Array
}

export interface SiteRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly signal: AbortSignal
}

/** A certificate, a CRL: larger answers are not what is wanted here. */
const mostBytes = 16 * 1024 * 1024

/** How long a server may be silent. */
const silenceMs = 30_000

/**
 * Sends one request, once: no redirect is followed, nothing is tried again.
 *
 * @throws {StepError} `transient` (nobody answers; `outcomeUnknown` once the request may have arrived), `cancelled`, `denied` (TLS),
 *   `invalid` (an answer of over 16 MiB)
 */
export function sendOnce({ method, url, headers, body, signal }: SiteRequest): Promise<SiteAnswer> {
  return new Promise((resolve, reject) => {
    let connected = false
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(
      url,
      {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(body.length) }) },
        agent: false,
        signal,
        timeout: silenceMs,
      },
      (response) => {
        const chunks: Buffer[] = []
        let length = 0
        response.on('data', (chunk: Buffer) => {
          length += chunk.length
          if (length > mostBytes)
            request.destroy(new StepError('invalid', `\`${url.href}\` answers with more than 16 MiB`))
          else chunks.push(chunk)
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        )
        response.on('error', (error) => reject(failure(error, method, url, true, signal)))
      },
    )
    request.on('socket', (socket) => socket.once('connect', () => (connected = true)))
    request.on('timeout', () =>
      request.destroy(new StepError('transient', `\`${url.host}\` is silent`, { outcomeUnknown: true })),
    )
    request.on('error', (error) => reject(failure(error, method, url, connected, signal)))
    request.end(body)
  })
}

function failure(error: Error, method: string, url: URL, connected: boolean, signal: AbortSignal): StepError {
  if (StepError.is(error)) return error
  if (signal.aborted)
    return new StepError('cancelled', `${method} \`${url.href}\` was cancelled`, { outcomeUnknown: true })
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
  const facts = { cause: code }
  if (/^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH)/.test(code)) {
    return new StepError('denied', `the certificate of \`${url.host}\` is not trusted (\`${code}\`)`, {
      facts,
      cause: error,
    })
  }
  if (!connected)
    return new StepError('transient', `nobody answers at \`${url.host}\` (\`${code}\`)`, { facts, cause: error })
  return new StepError('transient', `the connection to \`${url.host}\` broke (\`${code}\`)`, {
    facts,
    outcomeUnknown: method !== 'GET',
    cause: error,
  })
}
