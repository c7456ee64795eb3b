import { resolve } from 'node:path'
import { parseSecretReference, type SecretReference } from '../document/secret-reference.ts'
import { registerSecret } from '../redaction/redactor.ts'
import type { Capabilities, CapabilityName } from '../step/capabilities.ts'
import { StepError } from '../step/errors.ts'
import { Secret } from '../step/secret.ts'
import type { SecretSource } from '../step/secret-source.ts'
import { readSecretFile } from './secret-file.ts'

/** Asks for a secret on the terminal, without echo. `undefined`: there is no terminal. */
export type AskSecret = (question: string) => Promise<string | undefined>

/** Where secrets are. */
export interface SecretPlaces {
  /** Relative paths start here: the folder of the environment file. Absolute. */
  readonly baseFolder: string
  readonly ask: AskSecret
  readonly sources: ReadonlyMap<string, SecretSource>
  /** The capability of a binding that is open; `undefined`: it is not. */
  readonly target: (binding: string) => Capabilities[CapabilityName] | undefined
  readonly signal: AbortSignal
}

/**
 * Fetches what a secret reference names. From then on the redactor knows it.
 *
 * - `env:NAME`: an environment variable
 * - `file:PATH`: a file that only its owner can read, relative to the environment file; one line end at its end is not part of it
 * - `prompt`: asked for on the terminal
 * - `SOURCE:BINDING/NAME`: from a {@link SecretSource}, through a binding that is open
 *
 * @param what names what it is for, in messages and in the prompt
 * @throws {StepError} `not-found`, `denied`, `invalid`, and what the source throws
 */
export async function fetchSecret(reference: string, what: string, places: SecretPlaces): Promise<Secret> {
  const value = await valueOf(reference, parseSecretReference(reference), what, places)
  return knownSecret(reference, value)
}

/** Makes a secret of a value, and tells the redactor first. */
export function knownSecret(reference: string, value: string): Secret {
  registerSecret({ reference, value })
  return new Secret(reference, value)
}

/** The source of a reference, the name within it, and the open binding on the way. */
export interface SecretPlace {
  readonly source: SecretSource
  readonly name: string
  readonly target: Capabilities[CapabilityName]
}

/** @throws {StepError} `invalid` when the reference leads nowhere, `not-found` when its binding is not open */
export function placeOf(
  reference: Extract<SecretReference, { scheme: 'other' }>,
  what: string,
  { sources, target }: Pick<SecretPlaces, 'sources' | 'target'>,
): SecretPlace {
  const source = sources.get(reference.source)
  if (source === undefined) throw noReference(what, sources.values())
  const { binding, name } = reference
  if (binding === undefined || !new RegExp(source.names, 'u').test(name))
    throw new StepError('invalid', `${what}: wanted a secret reference of the form \`${source.form}\``)
  const capability = target(binding)
  if (capability === undefined)
    throw new StepError('not-found', `${what}: binding \`${binding}\`, which its secret comes through, is not open`, {
      hint: `declare \`${binding}\` under \`bindings\`, without \`madeBy\``,
    })
  return { source, name, target: capability }
}

/** The text of something that is no reference is not repeated: it may be the secret. */
export function noReference(what: string, sources: Iterable<SecretSource>): StepError {
  const forms = ['`env:NAME`', '`file:PATH`', '`prompt`', ...[...sources].map(({ form }) => `\`${form}\``)]
  return new StepError('invalid', `${what}: what stands there is no secret reference`, {
    hint: `write one of ${forms.join(', ')}`,
  })
}

async function valueOf(
  text: string,
  reference: SecretReference | undefined,
  what: string,
  places: SecretPlaces,
): Promise<string> {
  switch (reference?.scheme) {
    case undefined:
      throw noReference(what, places.sources.values())
    case 'prompt':
      return fromPrompt(what, places.ask)
    case 'env':
      return fromVariable(reference.name, what)
    case 'file':
      return readSecretFile(resolve(places.baseFolder, reference.name), what)
    case 'other': {
      const { source, name, target } = placeOf(reference, what, places)
      const value = await source.fetch(name, target, { what, signal: places.signal })
      if (value === '') throw new StepError('invalid', `${what}: \`${text}\` is empty`)
      return value
    }
  }
}

function fromVariable(name: string, what: string): string {
  const value = process.env[name]
  if (value === undefined || value === '')
    throw new StepError('not-found', `${what}: environment variable \`${name}\` is not set`, {
      hint: `set \`${name}\`, or change the reference`,
    })
  return value
}

async function fromPrompt(what: string, ask: AskSecret): Promise<string> {
  const value = await ask(what)
  if (value === undefined)
    throw new StepError('not-found', `${what}: it is to be typed, and there is no terminal`, {
      hint: 'use `env:NAME` or `file:PATH` where nobody can type',
    })
  // an empty one would be tried, and counted, as any other
  if (value === '') throw new StepError('invalid', `${what}: nothing was typed`)
  return value
}
