import { StepError } from '../../engine/step/errors.ts'

/**
 * The address of a site with its slash at the end.
 *
 * @throws {StepError} `invalid` for an address with a credential, a query or a fragment in it
 */
export function siteUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new StepError('invalid', "the site's `url` is no http or https address")
  // not quoted: there may be a password in it
  if (url.username !== '' || url.password !== '')
    throw new StepError('invalid', "the site's `url` holds a credential", {
      hint: 'give it as `authorization`, a reference',
    })
  if (url.search !== '' || url.hash !== '')
    throw new StepError('invalid', `a site is a folder, and \`${text}\` has a query or a fragment`)
  return url.pathname.endsWith('/') ? url : new URL(`${url.href}/`)
}

/**
 * The whole address of something on a site.
 *
 * @param place a path relative to the site, or a whole address that begins with the site's
 * @throws {StepError} `invalid` for what is elsewhere, also by way of `..`
 */
export function placeOnSite(baseUrl: string, place: string): URL {
  const url = URL.canParse(place, baseUrl) ? new URL(place, baseUrl) : undefined
  if (url === undefined || !url.href.startsWith(baseUrl) || url.href === baseUrl)
    throw new StepError('invalid', `\`${place}\` is not on the site \`${baseUrl}\``, {
      hint: 'name another binding, or correct the address',
    })
  return url
}

/** Holds for an address of this machine, as a number: names could be anywhere. */
export function isLoopback({ hostname }: URL): boolean {
  return /^127(\.\d+){3}$/.test(hostname) || hostname === '[::1]'
}
