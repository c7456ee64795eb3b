import type { Aws } from '../../engine/step/capabilities.ts'
import { StepError } from '../../engine/step/errors.ts'
import type { Asking } from './client.ts'

/** A context that asks another Region than the step's own. */
export function askingIn(context: Omit<Asking, 'target'>, target: Aws): Asking {
  return { target, signal: context.signal, now: () => context.now() }
}

/**
 * @throws {StepError} `invalid` unless they are two Regions of one account
 */
export function requireTwoRegions(one: Aws, other: Aws): void {
  if (one.accountId !== other.accountId || one.partition !== other.partition)
    throw new StepError(
      'invalid',
      `a backup is copied within one account: \`${one.accountId}\` (\`${one.partition}\`) and \`${other.accountId}\` (\`${other.partition}\`)`,
    )
  if (one.region === other.region)
    throw new StepError('invalid', `both targets are in \`${one.region}\``, { hint: 'name bindings of two Regions' })
}
