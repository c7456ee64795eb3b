import { dirname, resolve } from 'node:path'
import type { Environment } from '../document/environment.ts'
import type { OpenBinding } from '../step/binding-kind.ts'
import type { Capabilities, CapabilityName } from '../step/capabilities.ts'
import type { AskSecret, SecretPlaces } from './secrets.ts'

/** Where the secrets of an environment are, as far as its bindings are open. */
export function secretPlaces(
  environment: Environment,
  opened: ReadonlyMap<string, OpenBinding<unknown>>,
  { ask, signal }: { readonly ask: AskSecret; readonly signal: AbortSignal },
): SecretPlaces {
  return {
    baseFolder: dirname(resolve(environment.source.path)),
    ask,
    sources: environment.secretSources,
    // what a binding gives is one of them, and the document's check matched kinds with what the source wants
    target: (name) => opened.get(name)?.capability as Capabilities[CapabilityName] | undefined,
    signal,
  }
}
