/** The address of a step as people type it: the key of an item as it is shown, or encoded as in the journal. */
export function addressArgument(typed: string): string {
  return typed.replaceAll(/\[([^\]]*)\]/g, (_, key: string) => `[${encodeURIComponent(decoded(key))}]`)
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key // a percent sign of its own
  }
}
