import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { pemText, sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { derOf, encodePem, type PemLabel } from '../x509/model/pem.ts'
import { isWholeDer } from './der-length.ts'
import { sha256Of } from './sha256-of.ts'
import { placeOnSite } from './site-url.ts'

const labels = ['CERTIFICATE', 'X509 CRL'] as const satisfies readonly PemLabel[]

/** Fetches what relying parties will fetch, and waits until it is there. */
export const fetch = defineStep({
  name: 'http.fetch',
  summary: 'Fetches a certificate or CRL from a site, and waits until it is published',
  version: 1,
  inputs: Type.Object(
    {
      url: Type.String({
        description: "Path on the site, or a whole address that begins with the site's, as in a CRL distribution point",
        minLength: 1,
      }),
      pemLabel: Type.Enum([...labels], { description: 'What it must be; DER and PEM are both read' }),
      expectSha256: Type.Optional(sha256Hex('SHA-256 that its bytes must have; waits as long as others are served')),
    },
    { additionalProperties: false },
  ),
  outputs: Type.Object(
    {
      url: Type.String({ description: 'Its whole address' }),
      sha256: sha256Hex('SHA-256 of the bytes as they were served'),
      bytesBase64: Type.String({ description: 'The bytes as they were served' }),
      pem: pemText('The same as PEM'),
    },
    { additionalProperties: false },
  ),
  target: 'site',
  permissions: ['GET on the site'],
  effect: 'read',
  wait: { everyMs: 15_000, timeoutMs: 60 * 60_000 },
  examples: [
    {
      title: 'Wait for the CRL at the address that certificates name',
      yaml: `
id: crl
uses: http.fetch
target: pki
with:
  url: http://pki.example/crl/example-root.crl
  pemLabel: X509 CRL
`,
    },
  ],
  notRehearsed: ['names, routes and caches between the server and those who fetch from it'],
  async check({ url: place, pemLabel: label, expectSha256: wanted }, { target, signal }) {
    const url = placeOnSite(target.baseUrl, place).href
    const bytes = await target.get(place, signal)
    if (bytes === undefined) return { state: 'pending', what: `nothing is published at \`${url}\` yet` }
    const sha256 = sha256Of(bytes)
    if (wanted !== undefined && sha256 !== wanted)
      return { state: 'pending', what: `\`${url}\` still serves SHA-256 \`${sha256}\`, wanted \`${wanted}\`` }
    return {
      state: 'satisfied',
      outputs: { url, sha256, bytesBase64: Buffer.from(bytes).toString('base64'), pem: pemOf(label, bytes, url) },
    }
  },
})

function pemOf(label: (typeof labels)[number], bytes: Uint8Array, url: string): string {
  const der = derOf(label, bytes)
  if (isWholeDer(der)) return encodePem(label, der)
  throw new StepError('invalid', `what \`${url}\` serves is no \`${label}\`, neither DER nor PEM`, {
    hint: 'open the address: many servers answer with a page where there is no file',
  })
}
