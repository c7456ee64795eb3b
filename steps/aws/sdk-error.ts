import { StepError, type ErrorCode } from '../../engine/step/errors.ts'

/** What every SDK generation puts on an error. */
interface SdkError extends Error {
  readonly code?: unknown
  readonly $metadata?: { readonly httpStatusCode?: unknown; readonly requestId?: unknown }
  readonly $response?: { readonly headers?: Readonly<Record<string, unknown>> }
}

/** Difference between this clock and the service's from which signatures are refused for their age. */
const toleratedSkewMs = 5 * 60_000

/** Error classes that all AWS services share, by the code they mean. */
const commonClasses: Readonly<Record<string, ErrorCode>> = {
  AccessDenied: 'denied',
  AccessDeniedException: 'denied',
  UnauthorizedOperation: 'denied',
  OptInRequired: 'denied',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  ThrottledException: 'throttled',
  TooManyRequestsException: 'throttled',
  RequestLimitExceeded: 'throttled',
  RequestThrottled: 'throttled',
  RequestThrottledException: 'throttled',
  UnrecognizedClientException: 'authentication',
  InvalidClientTokenId: 'authentication',
  InvalidAccessKeyId: 'authentication',
  InvalidSignatureException: 'authentication',
  SignatureDoesNotMatch: 'authentication',
  IncompleteSignature: 'authentication',
  IncompleteSignatureException: 'authentication',
  MissingAuthenticationToken: 'authentication',
  MissingAuthenticationTokenException: 'authentication',
  ExpiredToken: 'session',
  ExpiredTokenException: 'session',
  CredentialsProviderError: 'session',
  TokenProviderError: 'session',
  ValidationError: 'invalid',
  ValidationException: 'invalid',
  SerializationException: 'invalid',
  UnknownOperationException: 'invalid',
  InvalidAction: 'invalid',
  ResourceNotFoundException: 'not-found',
}

const skewClasses = new Set(['RequestTimeTooSkewed', 'RequestExpired', 'RequestInTheFuture'])
const signatureClasses = new Set(['InvalidSignatureException', 'SignatureDoesNotMatch', 'AuthFailure'])

/** System errors of a request that never left. Bun names the first one differently. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ConnectionRefused',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/**
 * Turns what an SDK client threw into a {@link StepError}. Decides by error class, status and clock, never by text.
 *
 * @param what what was being done, as a noun: `acm-pca:CreateCertificateAuthority`
 * @param classes the service's own error classes
 */
export function stepErrorFrom(
  error: unknown,
  what: string,
  classes: Readonly<Record<string, ErrorCode>> = {},
): StepError {
  if (StepError.is(error)) return error
  if (!(error instanceof Error))
    return new StepError('bug', `${what} threw something that is no error`, { cause: error })
  const { name, message } = error
  const sdk: SdkError = error
  const systemCode = typeof sdk.code === 'string' ? sdk.code : undefined
  const status = typeof sdk.$metadata?.httpStatusCode === 'number' ? sdk.$metadata.httpStatusCode : undefined
  const facts = factsOf(sdk, systemCode, status)
  const make = (code: ErrorCode, hint?: string, outcomeUnknown = false): StepError =>
    new StepError(code, `${what} failed: ${message} (\`${systemCode ?? name}\`)`, {
      ...(hint === undefined ? {} : { hint }),
      outcomeUnknown,
      facts,
      cause: error,
    })

  const skewMs = clockDifference(sdk)
  if (skewClasses.has(name) || (signatureClasses.has(name) && skewMs !== undefined && skewMs > toleratedSkewMs))
    return make('denied', "check this machine's clock: AWS refuses signatures whose time is more than 5 minutes off")
  const code = classes[name] ?? commonClasses[name]
  if (code !== undefined) return make(code, hintFor(code))
  if (name === 'AbortError') return make('cancelled', undefined, true)
  if (systemCode !== undefined && neverSent.has(systemCode))
    return make('transient', 'check the network and the endpoint')
  // No answer of the service: it may have arrived.
  if (status === undefined || status === 200) return make('transient', undefined, true)
  // 503 refuses; any other 5xx does not prove that nothing was done.
  if (status >= 500) return make('transient', undefined, status !== 503)
  return make('invalid')
}

function hintFor(code: ErrorCode): string | undefined {
  if (code === 'session') return 'log in to AWS again, or check the profile of the binding'
  if (code === 'authentication') return 'check the access key and its secret'
  return undefined
}

function factsOf(error: SdkError, systemCode: string | undefined, status: number | undefined) {
  const requestId = error.$metadata?.requestId
  return {
    errorClass: error.name,
    ...(systemCode === undefined ? {} : { systemCode }),
    ...(status === undefined ? {} : { httpStatus: status }),
    ...(typeof requestId === 'string' ? { requestId } : {}),
  }
}

/** Milliseconds between this machine's clock and the `Date` header of the answer; `undefined` without one. */
function clockDifference(error: SdkError): number | undefined {
  const date = error.$response?.headers?.['date']
  const theirs = typeof date === 'string' ? Date.parse(date) : Number.NaN
  return Number.isNaN(theirs) ? undefined : Math.abs(Date.now() - theirs)
}
