import type { ValueOf } from '../../aws/simulator/shapes.ts'
import { invalid } from './context.ts'
import type { retention } from './shapes.ts'

/** Days of a retention policy; `undefined`: none was given. @throws {ServiceError} outside of 7 to 379 */
export function retentionDaysOf(policy: ValueOf<typeof retention> | undefined): number | undefined {
  if (policy === undefined) return undefined
  const days = Number(policy.Value)
  if (policy.Type !== 'DAYS' || !(days >= 7 && days <= 379)) throw invalid('Backups are retained for 7 to 379 days.')
  return days
}
