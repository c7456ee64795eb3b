import type { Caller, ServiceError } from './service.ts'

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/'

/** `GetCallerIdentity` as AWS STS answers it (query protocol, XML). */
export function callerIdentity(caller: Caller, requestId: string): string {
  return [
    `<GetCallerIdentityResponse xmlns="${namespace}">`,
    '<GetCallerIdentityResult>',
    `<Arn>${caller.arn}</Arn><UserId>${caller.userId}</UserId><Account>${caller.accountId}</Account>`,
    '</GetCallerIdentityResult>',
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`,
    '</GetCallerIdentityResponse>',
  ].join('')
}

/** An error of the query protocol. */
export function queryError(error: ServiceError, requestId: string): string {
  const type = error.status >= 500 ? 'Receiver' : 'Sender'
  return [
    `<ErrorResponse xmlns="${namespace}">`,
    `<Error><Type>${type}</Type><Code>${error.errorClass}</Code><Message>${escapeXml(error.message)}</Message></Error>`,
    `<RequestId>${requestId}</RequestId>`,
    '</ErrorResponse>',
  ].join('')
}

/** The action of a query request. */
export function actionOf(body: Uint8Array): string {
  return new URLSearchParams(Buffer.from(body).toString('utf8')).get('Action') ?? ''
}

function escapeXml(text: string): string {
  return text.replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
