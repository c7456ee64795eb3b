import type { Site } from '../../engine/step/capabilities.ts'
import { StepError } from '../../engine/step/errors.ts'
import type { Secret } from '../../engine/step/secret.ts'
import { statusError } from './http-error.ts'
import { type HttpAnswer, type HttpRequest, send } from './send.ts'
import { placeOnSite } from './site-url.ts'

/** Something that a server gives out. */
export interface Published {
  readonly bytes: Uint8Array
  readonly contentType: string | undefined
  /** The server's name for this content, where it has one. */
  readonly etag: string | undefined
}

/** What must hold at the server when it stores or removes. Servers that know no conditions take no notice. */
export type Condition = { readonly kind: 'absent' } | { readonly kind: 'unchanged'; readonly since: Published }

/** A site on a web server that is told, by conditions, not to overwrite what somebody else put there meanwhile. */
export interface HttpSite extends Site {
  look(path: string, signal: AbortSignal): Promise<Published | undefined>
  put(path: string, bytes: Uint8Array, contentType: string, signal: AbortSignal, condition?: Condition): Promise<void>
  remove(path: string, signal: AbortSignal, condition?: Condition): Promise<void>
}

const brand = Symbol.for('runbook.HttpSite')

/** Narrows the engine's capability. @throws {StepError} `invalid` when it is no web server */
export function asHttpSite(site: Site): HttpSite {
  // the brand holds across copies of this library
  if (brand in site) return site as unknown as HttpSite
  throw new StepError('invalid', `site \`${site.baseUrl}\` is no web server`)
}

export interface HttpSiteOptions {
  /** The bearer token of RFC 6750. */
  readonly authorization?: Secret | undefined
  readonly userAgent: string
  readonly timeoutMs?: number
}

/** @param baseUrl ends with a slash */
export function httpSite(baseUrl: string, { authorization, userAgent, timeoutMs }: HttpSiteOptions): HttpSite {
  const call = (
    path: string,
    request: Pick<HttpRequest, 'method' | 'headers' | 'body' | 'signal'>,
  ): Promise<HttpAnswer> =>
    send({
      ...request,
      url: placeOnSite(baseUrl, path),
      headers: {
        'User-Agent': userAgent,
        ...request.headers,
        // what relying parties cannot read without a credential is not published
        ...(request.method === 'GET' ? {} : bearer(authorization)),
      },
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    })
  const look: HttpSite['look'] = async (path, signal) => {
    // a cache on the way must not answer for the server
    const answer = await call(path, { method: 'GET', headers: { 'Cache-Control': 'no-cache' }, signal })
    if (answer.status === 404 || answer.status === 410) return undefined
    if (answer.status !== 200) throw refused('GET', path, answer)
    return { bytes: answer.body, contentType: answer.contentType, etag: answer.etag }
  }
  const refused = (method: string, path: string, { status, location }: HttpAnswer): StepError =>
    statusError(status, `\`${method} ${placeOnSite(baseUrl, path).href}\``, method !== 'GET', location)
  const site: HttpSite = {
    baseUrl,
    look,
    get: async (path, signal) => (await look(path, signal))?.bytes,
    async put(path, bytes, contentType, signal, condition) {
      const headers = { 'Content-Type': contentType, ...conditional(condition) }
      const answer = await call(path, { method: 'PUT', headers, body: bytes, signal })
      if (![200, 201, 202, 204].includes(answer.status)) throw refused('PUT', path, answer)
    },
    async remove(path, signal, condition) {
      const answer = await call(path, { method: 'DELETE', headers: conditional(condition), signal })
      if (![200, 202, 204, 404, 410].includes(answer.status)) throw refused('DELETE', path, answer)
    },
  }
  return Object.defineProperty(site, brand, { value: true })
}

/** The header that carries a bearer token; none without one. */
export function bearer(authorization: Secret | undefined): Readonly<Record<string, string>> {
  return authorization === undefined ? {} : { Authorization: `Bearer ${authorization.reveal()}` }
}

/** RFC 9110 section 13.1. A weak name is no condition for a change. */
function conditional(condition: Condition | undefined): Readonly<Record<string, string>> {
  if (condition === undefined) return {}
  if (condition.kind === 'absent') return { 'If-None-Match': '*' }
  const { etag } = condition.since
  return etag === undefined || etag.startsWith('W/') ? {} : { 'If-Match': etag }
}
