import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Json } from '../../engine/step/json.ts'
import { artifactName } from '../../engine/step/artifact-name.ts'
import { StepError } from '../../engine/step/errors.ts'
import { sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { wholeOutputs } from '../../engine/step/whole-outputs.ts'
import { asHttpSite } from './http-site.ts'
import { publishedForm, publishedForms } from './published-form.ts'
import { dropPublished, putBack, storeFirst, storeInPlace } from './put-in-place.ts'
import { sha256Of } from './sha256-of.ts'
import { placeOnSite } from './site-url.ts'

const inputs = Type.Object(
  {
    path: Type.String({ description: 'Where on the site, such as `root.crl`', minLength: 1 }),
    content: Type.String({ description: 'PEM text, or any text with `as: text`', minLength: 1 }),
    as: Type.Enum([...publishedForms], {
      description:
        '`der`: the PEM block decoded, as relying parties want CRLs and issuer certificates; `pem` or `text`: as it is',
    }),
    contentType: Type.Optional(
      Type.String({
        description: 'Media type, when not the one that suits the content',
        pattern: '^[\\w.+-]+/[\\w.+-]+(; ?[\\w-]+=[\\w.-]+)*$',
      }),
    ),
    replace: Type.Optional(
      Type.Boolean({
        description:
          'Whether another content at that place is replaced, as with a newer CRL; otherwise it is a conflict',
      }),
    ),
  },
  { additionalProperties: false },
)

const earlier = Type.Object({ sha256: Type.String(), contentType: Type.String() })

/** Publishes a certificate, a CRL or a text. */
export const publish = defineStep({
  name: 'http.publish',
  summary: 'Publishes a certificate, CRL or text on a site; replaces another content only when told to',
  version: 1,
  inputs,
  outputs: Type.Object(
    {
      url: Type.String({ description: 'Its whole address' }),
      sha256: sha256Hex('SHA-256 of what is published there'),
      sizeBytes: Type.Integer({ description: 'Number of bytes', minimum: 0 }),
    },
    { additionalProperties: false },
  ),
  target: 'site',
  permissions: ['GET, PUT and, to undo, DELETE on the site'],
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: 0,
  examples: [
    {
      title: 'Publish the newest CRL of a root',
      yaml: `
id: publishCrl
uses: http.publish
target: pki
with:
  path: example-root.crl
  as: der
  replace: true
  content: |
    -----BEGIN X509 CRL-----
    MIIB
    -----END X509 CRL-----
`,
    },
  ],
  notRehearsed: ['caches between the server and those who fetch from it'],
  async check(given, { target, signal }) {
    const wanted = publishedForm(given.content, given.as)
    const sha256 = sha256Of(wanted.bytes)
    const there = await asHttpSite(target).look(given.path, signal)
    if (there === undefined) return { state: 'absent' }
    const url = placeOnSite(target.baseUrl, given.path).href
    const found = sha256Of(there.bytes)
    if (found === sha256) return { state: 'satisfied', outputs: { url, sha256, sizeBytes: wanted.bytes.length } }
    const contentType = given.contentType ?? wanted.contentType
    if (given.replace === true)
      return {
        state: 'different',
        before: { sha256: found, contentType: there.contentType ?? contentType },
        after: { sha256, contentType },
      }
    return {
      state: 'conflict',
      differs: `\`${url}\` has SHA-256 \`${found}\`, wanted \`${sha256}\``,
      hint: 'choose another path, or say `replace: true` where that is meant',
    }
  },
  async apply(given, { target, before, stepId, artifacts, signal }) {
    const wanted = publishedForm(given.content, given.as)
    const content = { bytes: wanted.bytes, contentType: given.contentType ?? wanted.contentType }
    const place = { site: asHttpSite(target), path: given.path, signal }
    const replaced = beforeOf(before)
    if (replaced === undefined) await storeFirst(place, content)
    else
      await storeInPlace(place, content, replaced.sha256, (bytes) =>
        artifacts.create(artifactOf(stepId, replaced.sha256), bytes),
      )
    return undefined
  },
  undo: {
    destructive: false,
    async run({ path }, outputs, { target, before, stepId, artifacts, signal }) {
      const { sha256 } = wholeOutputs(outputs)
      const place = { site: asHttpSite(target), path, signal }
      const replaced = beforeOf(before)
      if (replaced === undefined) return dropPublished(place, sha256)
      const bytes = await artifacts.read(artifactOf(stepId, replaced.sha256))
      if (bytes === undefined) throw new StepError('not-found', `this run kept no copy of what was at \`${path}\``)
      return putBack(place, { bytes, contentType: replaced.contentType }, sha256)
    },
  },
})

function beforeOf(before: Json | undefined): Static<typeof earlier> | undefined {
  return before === undefined ? undefined : Value.Parse(earlier, before)
}

/** Where the run keeps what it replaced, so that it can be brought back. */
function artifactOf(stepId: string, sha256: string): string {
  return artifactName(stepId, `-replaced-${sha256.slice(0, 16)}`)
}
