/** A secret reference, taken apart as text. */
export type SecretReference =
  | { readonly scheme: 'prompt' }
  | { readonly scheme: 'env' | 'file'; readonly name: string }
  | {
      /** Of a {@link SecretSource}. */
      readonly scheme: 'other'
      readonly source: string
      /** The binding it is reached through; `undefined` where the text names none. */
      readonly binding: string | undefined
      /** What stands behind `BINDING/`. */
      readonly name: string
    }

/** Takes a reference apart; `undefined`: the text is none. Nothing is looked up. */
export function parseSecretReference(text: string): SecretReference | undefined {
  if (text === 'prompt') return { scheme: 'prompt' }
  const colon = text.indexOf(':')
  if (colon <= 0) return undefined
  const [source, rest] = [text.slice(0, colon), text.slice(colon + 1)]
  if (source === 'env' || source === 'file') return { scheme: source, name: rest }
  const slash = rest.indexOf('/')
  if (slash <= 0) return { scheme: 'other', source, binding: undefined, name: rest }
  return { scheme: 'other', source, binding: rest.slice(0, slash), name: rest.slice(slash + 1) }
}
