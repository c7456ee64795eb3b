import { randomBytes } from 'node:crypto'
import type { ApplyContext, Targets } from '../../engine/step/context.ts'
import { StepError } from '../../engine/step/errors.ts'
import type { Json } from '../../engine/step/json.ts'

/** What a contract test knows of an effect; the engine keeps the same in its journal. */
export interface ContractEffect {
  readonly effectId?: string
  readonly answer?: Json
  readonly before?: Json
}

/** Of this process alone: programs of an effect are looked for on the whole machine, where other tests run. */
export const contractEffectId = `ct-${randomBytes(8).toString('hex')}`

/** A context as the engine gives it, without an engine. */
export function contextFor<T extends Targets = Targets>(
  target: unknown,
  effect: ContractEffect = {},
  {
    signal = new AbortController().signal,
    artifacts = memoryArtifacts(),
    now = Date.now,
    secrets = noSecrets,
  }: Partial<Pick<ApplyContext, 'signal' | 'artifacts' | 'now' | 'secrets'>> = {},
): ApplyContext<T> {
  return {
    // the caller's target is what the step type names: nothing but a test could say so
    target: target as ApplyContext<T>['target'],
    run: { id: 'contract-run', runbook: 'contract' },
    stepId: 'contractStep',
    existing: 'refuse',
    // `check` before anything was started gets no effect id, which the type of `apply` cannot say
    effectId: effect.effectId as string,
    answer: effect.answer,
    before: effect.before,
    secrets,
    artifacts,
    signal,
    now,
  }
}

const noSecrets: ApplyContext['secrets'] = {
  create: () => Promise.reject(new Error('this contract test makes no secret')),
}

/** Files of a run that exist in memory alone; names and conflicts are as on disk. */
export function memoryArtifacts(): ApplyContext['artifacts'] {
  const files = new Map<string, Uint8Array>()
  return {
    read: (name) => Promise.resolve(files.get(name)),
    create: (name, bytes) => {
      const there = files.get(name)
      if (there !== undefined && Buffer.compare(there, bytes) !== 0)
        return Promise.reject(new StepError('conflict', `artifact \`${name}\` is there with another content`))
      files.set(name, Uint8Array.from(bytes))
      return Promise.resolve(`/artifacts/${name}`)
    },
  }
}
