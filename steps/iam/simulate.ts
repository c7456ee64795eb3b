import type { Aws } from '../../engine/step/capabilities.ts'
import { ask, type EvaluationResult } from './client.ts'

/** So many actions are asked for at once. */
const batchSize = 50

/** Actions on the same resources. */
export interface Wanted {
  readonly actions: readonly string[]
  /** ARNs; none: any resource. */
  readonly resources: readonly string[]
}

/**
 * What IAM would decide on actions of a user or role.
 *
 * @param source ARN of the user or role
 * @throws {StepError}
 */
export async function simulate(
  target: Aws,
  signal: AbortSignal,
  source: string,
  { actions, resources }: Wanted,
): Promise<readonly EvaluationResult[]> {
  const results: EvaluationResult[] = []
  for (let at = 0; at < actions.length; at += batchSize) {
    const request = {
      PolicySourceArn: source,
      ActionNames: actions.slice(at, at + batchSize),
      ...(resources.length === 0 ? {} : { ResourceArns: [...resources] }),
    }
    for (let marker: string | undefined, more = true; more;) {
      const page = await ask({ target, signal }, 'SimulatePrincipalPolicy', (client, options) =>
        client.simulatePrincipalPolicy({ ...request, ...(marker === undefined ? {} : { Marker: marker }) }, options),
      )
      results.push(...(page.EvaluationResults ?? []))
      marker = page.Marker
      more = page.IsTruncated === true && marker !== undefined
    }
  }
  return results
}
