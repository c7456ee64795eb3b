import type { PreflightStep } from '../../../engine/step/preflight.ts'

/** Step types that name the cluster whose copies they look at, wherever it is. */
const ofCopies = ['cloudhsm.prune-backups']

/** Clusters that are known before the run: those that steps on this binding name, and which are in its Region. */
export function knownClusters(steps: readonly PreflightStep[]): readonly string[] {
  const ids = steps
    .filter(({ uses, role }) => role !== 'there' && role !== 'to' && !ofCopies.includes(uses))
    .flatMap(({ inputs: { clusterId } }) => (typeof clusterId === 'string' ? [clusterId] : []))
  return [...new Set(ids)]
}
