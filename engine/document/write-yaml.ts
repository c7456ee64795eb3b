import type { JsonObject } from '../step/json.ts'

/** Writes a mapping as YAML that the loaders read back to the same values. */
export async function writeYaml(value: JsonObject): Promise<string> {
  const { stringify } = await import('yaml')
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })
}
