import { Type } from 'typebox'
import { defineBindingKind, type OpenContext } from '../../engine/step/binding-kind.ts'
import { StepError } from '../../engine/step/errors.ts'
import { secretReference } from '../../engine/step/schema.ts'
import type { Secret } from '../../engine/step/secret.ts'
import { statusError } from './http-error.ts'
import { bearer, httpSite } from './http-site.ts'
import { send } from './send.ts'
import { isLoopback, siteUrl } from './site-url.ts'

const config = Type.Object(
  {
    url: Type.String({
      description: 'Where the site begins; its last slash may be left out',
      pattern: '^https?://',
      'x-runbook-wants': 'an address such as `https://pki.example/crl/`',
    }),
    authorization: Type.Optional(secretReference('Where the bearer token is that lets one publish')),
  },
  { additionalProperties: false },
)

/** A place on a web server. */
export const httpSiteBinding = defineBindingKind({
  name: 'http-site',
  summary: 'A place on a web server where certificates and CRLs are published and fetched',
  provides: 'site',
  config,
  claims: ({ url }) => `site ${siteUrl(url).href}`,
  async open(entry, context) {
    const url = siteUrl(entry.url)
    if (context.sandbox && !isLoopback(url))
      throw new StepError(
        'invalid',
        `binding \`${context.name}\`: a sandbox reaches loopback only, but \`url\` is \`${url.href}\``,
        { hint: 'use an address such as `http://127.0.0.1:8080/`' },
      )
    const userAgent = context.runId === undefined ? 'runbook/1' : `runbook/1 run/${context.runId}`
    const authorization =
      entry.authorization === undefined ? undefined : await credential(url, entry.authorization, userAgent, context)
    if (authorization === undefined) await greet(url, userAgent, context.signal)
    return {
      capability: httpSite(url.href, { authorization, userAgent }),
      facts: { url: url.href },
      // asked with the credential: one that was withdrawn meanwhile is found before anything depends on it
      verify: () => greet(url, userAgent, context.signal, authorization),
      close: () => Promise.resolve(),
    }
  },
})

function credential(url: URL, reference: string, userAgent: string, context: OpenContext): Promise<Secret> {
  if (url.protocol !== 'https:' && !isLoopback(url))
    throw new StepError(
      'invalid',
      `binding \`${context.name}\`: a bearer token would travel in the clear to \`${url.href}\``,
      { hint: 'use an https address' },
    )
  return context.login({ device: `site ${url.href}`, user: 'bearer', reference }, async (secret) => {
    // RFC 6750 section 2.1; checked here, as Node and Bun name a bad header in words of their own
    if (!/^[A-Za-z0-9._~+/-]+=*$/.test(secret.reveal()))
      throw new StepError('invalid', `\`${reference}\` holds no bearer token`)
    await greet(url, userAgent, context.signal, secret)
    return secret
  })
}

/**
 * Looks whether the server answers. Any answer will do, since many give out no list of a folder, but for a refused credential
 * and a server in trouble.
 */
async function greet(url: URL, userAgent: string, signal: AbortSignal, authorization?: Secret): Promise<void> {
  const { status } = await send({
    method: 'HEAD',
    url,
    headers: { 'User-Agent': userAgent, ...bearer(authorization) },
    signal,
  })
  if (status === 401 && authorization !== undefined)
    throw new StepError(
      'authentication',
      `site \`${url.href}\` refused the bearer token of \`${authorization.reference}\``,
      { facts: { status }, hint: 'put a valid token there' },
    )
  if (status >= 500) throw statusError(status, `\`HEAD ${url.href}\``, false)
}
