import type { CapabilityName } from '../../../../engine/step/capabilities.ts'
import type { StepError } from '../../../../engine/step/errors.ts'
import type { JsonObject } from '../../../../engine/step/json.ts'
import type { OpenedTarget, PreflightContext, PreflightStep } from '../../../../engine/step/preflight.ts'

/** A step as a look is told of it. */
export function step(uses: string, more: Partial<PreflightStep> = {}, inputs: JsonObject = {}): PreflightStep {
  return { id: uses.replace(/^.*\./, ''), uses, role: undefined, permissions: [], inputs, ...more }
}

/** What a look is given, without an engine. */
export function contextWith(
  steps: readonly PreflightStep[],
  {
    signal = new AbortController().signal,
    aws = [],
    unreadable = {},
  }: {
    readonly signal?: AbortSignal
    readonly aws?: readonly OpenedTarget<'aws'>[]
    readonly unreadable?: Readonly<Record<string, StepError>>
  } = {},
): PreflightContext {
  return {
    binding: 'target',
    config: {},
    steps,
    // a test gives what the look asks for
    opened: <P extends CapabilityName>(capability: P) =>
      (capability === 'aws' ? aws : []) as unknown as readonly OpenedTarget<P>[],
    unreadable: (reference) => Promise.resolve(unreadable[reference]),
    signal,
    now: Date.now,
  }
}
