import type { Static, TObject } from 'typebox'
import type { Aws } from '../../../../engine/step/capabilities.ts'
import type { CheckAnswer } from '../../../../engine/step/check-answer.ts'
import type { ApplyContext } from '../../../../engine/step/context.ts'
import { StepError } from '../../../../engine/step/errors.ts'
import type { Json } from '../../../../engine/step/json.ts'
import type { ChangingStepType, ReadingStepType } from '../../../../engine/step/step-type.ts'
import type { TestWorld } from '../aws/sandbox.ts'

/** What a step of the engine knows at some moment. */
export interface Moment {
  readonly effectId?: string
  readonly answer?: Json
}

export function contextOf(aws: Aws, { effectId = 'k3x9.abcdef', answer }: Moment = {}): ApplyContext<'aws'> {
  return {
    target: aws,
    run: { id: 'k3x9', runbook: 'test' },
    stepId: 'step',
    existing: 'refuse',
    effectId,
    answer,
    before: undefined,
    secrets: { create: () => Promise.reject(new Error('no secrets here')) },
    artifacts: { read: () => Promise.resolve(undefined), create: () => Promise.reject(new Error('no artifacts here')) },
    signal: new AbortController().signal,
    now: () => Date.now(),
  }
}

/** A first look: nothing was started. */
export function fresh(aws: Aws): Omit<ApplyContext<'aws'>, 'effectId'> & { readonly effectId: undefined } {
  return { ...contextOf(aws), effectId: undefined }
}

/** Looks until the answer is no longer `pending`, as the engine does; the simulator moves time. */
export async function settled<I extends TObject, O extends TObject>(
  step: ChangingStepType<I, O, 'aws'> | ReadingStepType<I, O, 'aws'>,
  inputs: Static<I>,
  context: Parameters<typeof step.check>[1],
): Promise<Exclude<CheckAnswer<Static<O>>, { state: 'pending' }>> {
  for (let looks = 0; looks < 20; looks += 1) {
    const answer = await step.check(inputs, context)
    if (answer.state !== 'pending') return answer
  }
  throw new Error('it is pending for ever')
}

/** Applies a step and waits for its end, as the engine does when nothing goes wrong. */
export async function applied<I extends TObject, O extends TObject>(
  step: ChangingStepType<I, O, 'aws'>,
  inputs: Static<I>,
  aws: Aws,
  effectId = 'k3x9.abcdef',
): Promise<Static<O>> {
  const answer = await step.apply(inputs, contextOf(aws, { effectId }))
  const end = await settled(step, inputs, contextOf(aws, { effectId, ...(answer === undefined ? {} : { answer }) }))
  if (end.state !== 'satisfied') throw new Error(`it ended ${JSON.stringify(end)}`)
  return end.outputs
}

/** The failure of a step. */
export async function failure(work: Promise<unknown>): Promise<StepError> {
  try {
    await work
  } catch (error) {
    if (StepError.is(error)) return error
    throw error
  }
  throw new Error('it did not fail')
}

/** Everything that the ledger has of one operation. */
export function count(world: TestWorld, operation: string): number {
  return world.effects.filter((each) => each === operation).length
}
