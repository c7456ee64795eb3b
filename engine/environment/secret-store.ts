import { resolve } from 'node:path'
import type { Environment } from '../document/environment.ts'
import { parseSecretReference } from '../document/secret-reference.ts'
import type { OpenBinding } from '../step/binding-kind.ts'
import { StepError } from '../step/errors.ts'
import type { SecretStore } from '../step/secret-store.ts'
import { createStoredFile, localSecretFiles, readStoredFile, type SecretFiles } from './secret-file-store.ts'
import { secretPlaces } from './secret-places.ts'
import { knownSecret, noReference, placeOf, type SecretPlaces } from './secrets.ts'

export interface SecretStoreParts {
  readonly environment: Environment
  readonly opened: ReadonlyMap<string, OpenBinding<unknown>>
  readonly signal: AbortSignal
  /** The machine's own when absent. */
  readonly files?: SecretFiles
}

/** Where the secret of one effect goes. */
interface Shelf {
  read(): Promise<string | undefined>
  create(value: string): Promise<void>
}

/** Opens the store of each effect, by effect id. */
export function openSecretStore({
  environment,
  opened,
  signal,
  files = localSecretFiles,
}: SecretStoreParts): (effectId: string) => SecretStore {
  const places = secretPlaces(environment, opened, { ask: () => Promise.resolve(undefined), signal })
  return (effectId) => ({
    async create(reference, make) {
      const shelf = shelfOf(reference, effectId, places, files)
      const stored = await shelf.read()
      if (stored !== undefined) return knownSecret(reference, stored)
      const made = knownSecret(reference, await make())
      if (made.reveal() === '' || made.reveal().endsWith('\n'))
        throw new StepError('bug', `secret \`${reference}\`: what was made is empty or ends with a line feed`)
      await shelf.create(made.reveal())
      if ((await shelf.read()) !== made.reveal())
        throw new StepError('conflict', `secret \`${reference}\`: what was stored does not read back`, {
          hint: 'look who else writes there; nothing was done with the secret',
        })
      return made
    },
  })
}

function shelfOf(text: string, effectId: string, places: SecretPlaces, files: SecretFiles): Shelf {
  const reference = parseSecretReference(text)
  const what = `secret \`${text}\``
  switch (reference?.scheme) {
    case undefined:
      throw noReference('secret to be made', places.sources.values())
    case 'env':
    case 'prompt':
      throw unwritable(what, places)
    case 'file': {
      const place = { path: resolve(places.baseFolder, reference.name), effectId, what }
      return { read: () => readStoredFile(place, files), create: (value) => createStoredFile(place, value, files) }
    }
    case 'other': {
      const { source, name, target } = placeOf(reference, what, places)
      const { store } = source
      if (store === undefined) throw unwritable(what, places)
      const context = { what, effectId, signal: places.signal }
      return {
        read: () => store.read(name, target, context),
        create: (value) => store.create(name, value, target, context),
      }
    }
  }
}

function unwritable(what: string, { sources }: SecretPlaces): StepError {
  const forms = ['`file:PATH`', ...[...sources.values()].flatMap(({ store, form }) => (store ? [`\`${form}\``] : []))]
  return new StepError('invalid', `${what}: nothing can be stored there`, { hint: `use ${forms.join(' or ')}` })
}
