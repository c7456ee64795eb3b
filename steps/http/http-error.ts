import { type ErrorCode, StepError } from '../../engine/step/errors.ts'

/** Nothing was sent yet when one of these comes. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ConnectionRefused',
])
const tlsCodes =
  /^(CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_)/

/**
 * What happened to a connection, in the words of the taxonomy.
 *
 * @param changes whether the request could change something
 */
export function connectionError(error: unknown, request: string, changes: boolean): StepError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  const facts = { systemError: code }
  if (tlsCodes.test(code))
    return new StepError('denied', `${request} failed: the server's certificate is not trusted (\`${code}\`)`, {
      facts,
      cause: error,
      hint: 'look at the certificate; a private authority is named by the variable `NODE_EXTRA_CA_CERTS`',
    })
  return new StepError('transient', `${request} failed: no answer (\`${code}\`)`, {
    facts,
    cause: error,
    outcomeUnknown: changes && !beforeSending.has(code),
  })
}

/** What a refusing status means. Nothing of the server's text is taken over: it may repeat the request. */
export function statusError(status: number, request: string, changes: boolean, location?: string): StepError {
  const facts = { status, ...(location === undefined ? {} : { location }) }
  const message = `${request} was answered with status ${status}`
  const [code, hint] = meaningOf(status)
  return new StepError(code, message, {
    facts,
    // a gateway may have passed it on before it failed
    outcomeUnknown: changes && status >= 500,
    ...(hint === undefined ? {} : { hint }),
  })
}

function meaningOf(status: number): readonly [ErrorCode, string?] {
  if (status === 401 || status === 403)
    return ['denied', 'look at the `authorization` of the binding and the rights of its user']
  if (status === 404 || status === 410) return ['not-found']
  if (status === 409 || status === 412) return ['conflict', 'somebody else changed it meanwhile: look, then resume']
  if (status === 423) return ['in-use']
  if (status === 429) return ['throttled']
  if (status === 408 || status >= 500) return ['transient']
  if (status >= 300 && status < 400)
    return ['invalid', 'redirects are not followed: give the binding the final address']
  return ['invalid']
}
