import type { PreflightStep } from '../../../engine/step/preflight.ts'

/** Clusters that are known before the run: those that steps on this binding name, and which are in its Region. */
export function knownClusters(steps: readonly PreflightStep[]): readonly string[] {
  const ids = steps
    .filter(({ role }) => role !== 'there' && role !== 'to')
    .flatMap(({ inputs: { clusterId } }) => (typeof clusterId === 'string' ? [clusterId] : []))
  return [...new Set(ids)]
}
