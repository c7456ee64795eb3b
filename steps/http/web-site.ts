import type { Site } from '../../engine/step/capabilities.ts'
import { StepError } from '../../engine/step/errors.ts'
import type { Secret } from '../../engine/step/secret.ts'
import { sendOnce, type SiteAnswer } from './site-request.ts'

/** A web server that takes `PUT` and `DELETE` below a base URL. */
export function webSite(baseUrl: string, authorization: Secret | undefined): Site {
  const urlOf = (path: string): URL => {
    const url = new URL(path, baseUrl)
    if (!url.href.startsWith(baseUrl))
      throw new StepError('invalid', `\`${path}\` is not below \`${baseUrl}\``, { hint: 'name a path of this site' })
    return url
  }
  const headers = (): Record<string, string> =>
    authorization === undefined ? {} : { authorization: `Bearer ${authorization.reveal()}` }
  return {
    baseUrl,
    async put(path, bytes, contentType, signal) {
      const url = urlOf(path)
      const answer = await sendOnce({
        method: 'PUT',
        url,
        headers: { ...headers(), 'content-type': contentType },
        body: bytes,
        signal,
      })
      expectSuccess('PUT', url, answer)
    },
    // without the credential: what relying parties cannot read is not published
    async get(path, signal) {
      const url = urlOf(path)
      const answer = await sendOnce({ method: 'GET', url, headers: {}, signal })
      if (answer.status === 404 || answer.status === 410) return undefined
      expectSuccess('GET', url, answer)
      return answer.body
    },
    async remove(path, signal) {
      const url = urlOf(path)
      const answer = await sendOnce({ method: 'DELETE', url, headers: headers(), signal })
      if (answer.status !== 404 && answer.status !== 410) expectSuccess('DELETE', url, answer)
    },
  }
}

function expectSuccess(method: string, url: URL, { status }: SiteAnswer): void {
  if (status >= 200 && status < 300) return
  const message = `${method} \`${url.href}\` was answered with ${status}`
  const facts = { status }
  if (status === 401 || status === 403)
    throw new StepError('denied', message, { facts, hint: "look at the binding's `authorization`" })
  if (status === 429) throw new StepError('throttled', message, { facts })
  if (status === 409 || status === 412) throw new StepError('conflict', message, { facts })
  if (status >= 500) throw new StepError('transient', message, { facts })
  throw new StepError('invalid', message, { facts })
}
