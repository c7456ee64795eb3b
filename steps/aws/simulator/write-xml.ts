import type { Json, JsonObject } from '../../../engine/step/json.ts'
import type { QueryDialect } from './query-service.ts'
import type { ServiceError } from './service.ts'

/** Answers of one request, in the XML of the query protocol. */
export interface XmlAnswers {
  result(output: JsonObject): string
  error(error: ServiceError): string
}

/** @param action of the request; empty when it named none */
export function xmlAnswers(
  { envelope, answerItem }: QueryDialect,
  namespace: string,
  action: string,
  requestId: string,
): XmlAnswers {
  const members = (output: JsonObject): string =>
    Object.entries(output)
      .map(([name, value]) => element(name, value, answerItem))
      .join('')
  if (envelope === 'flat')
    return {
      result: (output) =>
        `<${action}Response xmlns="${namespace}"><requestId>${requestId}</requestId>${members(output)}</${action}Response>`,
      error: ({ errorClass, message }) =>
        `<Response><Errors><Error><Code>${errorClass}</Code><Message>${escapeXml(message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
    }
  return {
    result: (output) =>
      `<${action}Response xmlns="${namespace}"><${action}Result>${members(output)}</${action}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`,
    error: ({ errorClass, message, status }) =>
      `<ErrorResponse xmlns="${namespace}"><Error><Type>${status >= 500 ? 'Receiver' : 'Sender'}</Type><Code>${errorClass}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  }
}

function element(name: string, value: Json, item: string): string {
  return value === null ? '' : `<${name}>${content(value, item)}</${name}>`
}

function content(value: Json, item: string): string {
  if (Array.isArray(value)) return value.map((each: Json) => element(item, each, item)).join('')
  if (typeof value !== 'object' || value === null) return escapeXml(String(value))
  return Object.entries(value)
    .map(([name, member]) => element(name, member, item))
    .join('')
}

function escapeXml(text: string): string {
  return text.replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
