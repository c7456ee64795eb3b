import { Type } from 'typebox'
import { defineBindingKind } from '../../engine/step/binding-kind.ts'
import type { Family } from '../../engine/step/family.ts'
import { secretReference, sha256Hex, dateTime, pemText } from '../../engine/step/schema.ts'
import { defineSecretSource } from '../../engine/step/secret-source.ts'
import { defineStep } from '../../engine/step/step-type.ts'

const strict = { additionalProperties: false }
const never = (): never => {
  throw new Error('fixtures are never run')
}
const described = { version: 1, permissions: [], examples: [] }

const makeKey = defineStep({
  ...described,
  name: 'keys.make',
  summary: 'Makes a key pair in a token',
  target: 'token',
  effect: 'once',
  existing: 'refuse',
  settleMs: 0,
  undo: 'impossible',
  inputs: Type.Object(
    {
      label: Type.String({ description: 'Label of the key pair', minLength: 1, maxLength: 32 }),
      algorithm: Type.Union([Type.Literal('ec-p256'), Type.Literal('ec-p384')], { description: 'Kind of key' }),
      sizeBits: Type.Optional(Type.Integer({ minimum: 256, description: 'Size of the key' })),
      extractable: Type.Optional(Type.Boolean({ description: 'Whether it may leave the token wrapped' })),
      expected: Type.Optional(sha256Hex('SHA-256 of the public key')),
    },
    strict,
  ),
  outputs: Type.Object({
    keyId: Type.String(),
    publicKeyPem: pemText('Public key'),
    sizeBits: Type.Integer(),
    curve: Type.Optional(Type.String()),
    ratio: Type.Number(),
    labels: Type.Array(Type.String()),
    attributes: Type.Object({ sensitive: Type.Boolean() }, strict),
  }),
  check: never,
  apply: never,
})

const copyKey = defineStep({
  ...described,
  name: 'keys.copy',
  summary: 'Copies a key from one token to another',
  target: { from: 'token', to: 'token' },
  effect: 'once',
  existing: 'adopt',
  settleMs: 0,
  undo: 'impossible',
  inputs: Type.Object({ keyId: Type.String({ description: 'CKA_ID of the key' }) }, strict),
  outputs: Type.Object({}, strict),
  check: never,
  apply: never,
})

const readTime = defineStep({
  ...described,
  name: 'time.read',
  summary: 'Reads the clock',
  target: undefined,
  effect: 'read',
  inputs: Type.Object(
    {
      until: Type.Optional(dateTime('When to stop')),
      tags: Type.Optional(Type.Record(Type.String(), Type.String())),
      names: Type.Optional(Type.Array(Type.String(), { minItems: 1, uniqueItems: true })),
      retry: Type.Optional(
        Type.Union([
          Type.Object({ kind: Type.Literal('fixed'), seconds: Type.Integer() }, strict),
          Type.Object({ kind: Type.Literal('growing'), factor: Type.Number({ exclusiveMinimum: 1 }) }, strict),
        ]),
      ),
    },
    strict,
  ),
  outputs: Type.Object({ now: dateTime('Now') }, strict),
  check: never,
})

const token = defineBindingKind({
  name: 'soft-token',
  summary: 'A token in a file',
  provides: 'token',
  config: Type.Object(
    { label: Type.String(), pin: secretReference('PIN of the crypto user'), slot: Type.Optional(Type.Integer()) },
    strict,
  ),
  claims: ({ label }) => `token ${label}`,
  open: never,
})

const folder = defineBindingKind({
  name: 'folder',
  summary: 'A folder',
  provides: 'folder',
  config: Type.Object({ path: Type.String() }, strict),
  claims: ({ path }) => path,
  open: never,
})

const source = <P extends 'folder' | 'token'>(scheme: string, through: P) =>
  defineSecretSource({
    scheme,
    summary: 'Secrets somewhere',
    through,
    form: `${scheme}:BINDING/NAME`,
    names: '^[a-z]+$',
    fetch: never,
  })

/** Step types and binding kinds of the golden files: small, and never run. */
export const families: readonly Family[] = [
  { name: 'keys', summary: 'Keys', stepTypes: [makeKey, copyKey], bindingKinds: [token], simulators: [] },
  {
    name: 'time',
    summary: 'Time',
    stepTypes: [readTime],
    bindingKinds: [folder],
    simulators: [],
    secretSources: [source('vault', 'folder'), source('tokens', 'token')],
  },
]
