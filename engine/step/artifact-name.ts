/**
 * Name of a file among the artifacts of a run that belongs to one step; another one for each step and item.
 *
 * @param stepId as the context has it: `signRoot`, or `sign[alice%20b]` of an item
 * @param suffix of letters, digits, `.`, `_`, `-`: `.pem`
 */
export function artifactName(stepId: string, suffix: string): string {
  const plain = stepId.replaceAll(/[^A-Za-z0-9.[\]-]/g, (other) => `_${Buffer.from(other).toString('hex')}`)
  return `${plain.replaceAll('[', '.').replaceAll(']', '')}${suffix}`
}
