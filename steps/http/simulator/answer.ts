import { type FaultName, type Faults, takeFault } from '../../../engine/step/simulator.ts'
import type { PublishedStore, StoredObject } from './published-store.ts'

export interface SiteRequest {
  readonly method: string
  /** As it came, without query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Uint8Array
}

/** What comes back: an answer, or something that happens to the connection instead. */
export type SiteAnswer =
  | { readonly kind: 'send'; readonly status: number; readonly object?: StoredObject }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }

export interface SiteWorld {
  readonly store: PublishedStore
  readonly faults: Faults
  /** The token that the site of this path wants from those who change it; `undefined`: none. */
  tokenOf(path: string): string | undefined
}

/** The methods that a site knows. */
export const answeredMethods = ['GET', 'HEAD', 'PUT', 'DELETE'] as const

/** Answers one request as a web server with conditional PUT and DELETE does (RFC 9110). Calls must not overlap. */
export async function answerTo(request: SiteRequest, world: SiteWorld): Promise<SiteAnswer> {
  const fault = takeFault(world.faults, 'http', request.method)
  switch (fault) {
    case undefined:
      return send(await act(request, world))
    case 'reset-after':
      await act(request, world)
      return { kind: 'reset' }
    case 'reset-before':
      return { kind: 'reset' }
    case 'hang':
      return { kind: 'hang' }
    case 'fail':
    case 'deny':
    case 'throttle':
    case 'clock-skew':
      return { kind: 'send', status: faultStatus[fault] }
  }
}

/** A plain web server takes no signed time; those that do answer 403. */
const faultStatus: Readonly<Record<Extract<FaultName, 'fail' | 'deny' | 'throttle' | 'clock-skew'>, number>> = {
  fail: 500,
  deny: 403,
  throttle: 429,
  'clock-skew': 403,
}

function send(result: number | StoredObject): SiteAnswer {
  return typeof result === 'number' ? { kind: 'send', status: result } : { kind: 'send', status: 200, object: result }
}

async function act({ method, path, headers, body }: SiteRequest, world: SiteWorld): Promise<number | StoredObject> {
  const { store } = world
  const there = store.read(path)
  if (!allowed(method, headers['authorization'], world.tokenOf(path))) return 401
  switch (method) {
    case 'GET':
    case 'HEAD':
      return there ?? 404
    case 'PUT':
      if (path.endsWith('/')) return 409
      if (!conditionsHold(headers, there)) return 412
      await store.put(path, String(headers['content-type'] ?? 'application/octet-stream'), body)
      return there === undefined ? 201 : 204
    case 'DELETE':
      if (!conditionsHold(headers, there)) return 412
      return (await store.remove(path)) ? 204 : 404
    default:
      return 405
  }
}

/** Everybody reads; a wrong credential is refused even where none is needed. */
function allowed(method: string, given: string | string[] | undefined, token: string | undefined): boolean {
  if (token === undefined) return true
  if (given === undefined) return method === 'GET' || method === 'HEAD'
  return given === `Bearer ${token}`
}

function conditionsHold(headers: SiteRequest['headers'], there: StoredObject | undefined): boolean {
  const [match, noneMatch] = [headers['if-match'], headers['if-none-match']]
  if (match !== undefined && (there === undefined || (match !== '*' && match !== there.etag))) return false
  return noneMatch === undefined || there === undefined || (noneMatch !== '*' && noneMatch !== there.etag)
}
