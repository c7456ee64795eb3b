import { inspect } from 'node:util'
import type { Static, TObject } from 'typebox'
import { describe, expect, it } from 'vitest'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import { StepError, type ErrorCode } from '../../engine/step/errors.ts'
import type { JsonObject } from '../../engine/step/json.ts'
import type { SecretStore } from '../../engine/step/secret-store.ts'
import type { ChangingStepType, StepType } from '../../engine/step/step-type.ts'
import { contextFor, contractEffectId, memoryArtifacts, type ContractEffect } from './contract-context.ts'
import { exampleMistakes, openObjects, schemaMistakes } from './contract-schema.ts'

/** A fresh world in which the step was not done yet (a reading step type: in which it finds what it looks for). */
export interface ContractWorld {
  /** The capability, or role → capability; absent for step types without target. */
  readonly target?: unknown
  readonly inputs: JsonObject
  /** Everything a look must not change and an undo must bring back, as text. */
  fingerprint(): Promise<string>
  /** The run's clock; standard: the real one. */
  now?(): number
  /** Lets a simulated service converge while an answer is `pending`. */
  letTimePass?(): Promise<void>
  /** Values that must never be seen, beside those that a step makes. */
  readonly secrets?: readonly string[]
  /** Where a step keeps what it makes. Standard: it makes no secret. */
  readonly secretStore?: SecretStore
  close(): Promise<void>
}

export interface ContractOptions {
  /** What `check` answers in the fresh world. Standard: `absent`. */
  readonly firstLook?: 'absent' | 'different' | 'unknowable'
  /** False where nothing in the world tells another run that it was done (a decision, a script). */
  readonly seenByOthers?: boolean
  /**
   * Whether sending it again with the same effect id is tried, and must change nothing. Standard: for `idempotent` step
   * types, and for `once` ones within their `replayWindowMs`.
   */
  readonly applyAgain?: boolean
  readonly failures?: readonly ContractFailure[]
  /** Leaves half of the effect of {@link contractEffectId}, which `check` answers `partial` to: what undo must clear as well. */
  readonly leaveHalf?: (world: ContractWorld) => Promise<void>
  /** True where a runbook declares the step type itself: then it has no examples, and takes any inputs. */
  readonly declaredByRunbook?: boolean
}

/** A failure that can be provoked, and how the step type must name it. */
export interface ContractFailure {
  readonly title: string
  readonly during: 'check' | 'apply'
  provoke(world: ContractWorld): Promise<void> | void
  readonly code: ErrorCode
  readonly outcomeUnknown?: boolean
  /** Whether going on after it must end `satisfied`. Standard: when its outcome is unknown. */
  readonly recovers?: boolean
}

/**
 * Runs what every step type must pass (design section 9): absent → apply → satisfied → apply again does nothing → undo → as
 * before; `check` changes nothing; cancelling stops it; no secret in answers, outputs or errors; examples are valid.
 *
 * @param arrange makes a world for one test
 */
export function stepContract(
  type: StepType,
  arrange: () => Promise<ContractWorld>,
  options: ContractOptions = {},
): void {
  const inWorld = (test: (world: ContractWorld) => Promise<void>) => async () => {
    const world = await arrange()
    try {
      expect(schemaMistakes(type.inputs, world.inputs), 'inputs of the contract world').toEqual([])
      await test(world)
    } finally {
      await world.close()
    }
  }
  describe(`contract of ${type.name}`, () => {
    if (options.declaredByRunbook !== true) describeForm(type)
    it(
      'changes nothing by looking',
      inWorld((world) => looksOnly(type, world, options)),
    )
    it(
      'ends as cancelled when its signal is aborted',
      inWorld((world) => endsCancelled(type, world, options)),
    )
    if (type.effect !== 'read')
      it(
        'goes from absent to satisfied, does nothing twice, and back',
        inWorld((world) => livesThrough(type, world, options)),
      )
    const { leaveHalf } = options
    if (leaveHalf !== undefined && type.effect !== 'read')
      it(
        'takes back half of it',
        inWorld((world) => clearsHalf(type, world, leaveHalf)),
      )
    for (const failure of options.failures ?? [])
      it(
        `names ${failure.title} \`${failure.code}\``,
        inWorld((world) => failsAs(type, world, failure)),
      )
  })
}

function describeForm(type: StepType): void {
  it('has schemas that refuse what they do not describe', () => {
    expect([...openObjects(type.inputs), ...openObjects(type.outputs)]).toEqual([])
    expect(type.inputs).toHaveProperty('additionalProperties', false)
    expect(type.outputs).toHaveProperty('additionalProperties', false)
  })
  it('has examples that a runbook could hold', () => {
    expect(type.examples.length).toBeGreaterThan(0)
    for (const example of type.examples) expect(exampleMistakes(type, example), example.title).toEqual([])
  })
}

async function looksOnly(
  type: StepType,
  world: ContractWorld,
  { firstLook = 'absent' }: ContractOptions,
): Promise<void> {
  const before = await world.fingerprint()
  const answer = type.effect === 'read' ? await settled(type, world, {}) : await check(type, world, {})
  expect(answer.state).toBe(type.effect === 'read' ? 'satisfied' : firstLook)
  if (answer.state === 'satisfied') expect(schemaMistakes(type.outputs, answer.outputs)).toEqual([])
  expectNoSecret(world, answer)
  expect(await world.fingerprint()).toBe(before)
}

async function endsCancelled(type: StepType, world: ContractWorld, options: ContractOptions): Promise<void> {
  const signal = AbortSignal.abort()
  const before = await world.fingerprint()
  const cancelled = async (work: Promise<unknown>): Promise<void> =>
    expect(await failureOf(work, world)).toMatchObject({ code: 'cancelled' })
  await cancelled(check(type, world, {}, { signal }))
  if (type.effect === 'read') return
  const effect = { effectId: contractEffectId }
  await cancelled(apply(type, world, effect, { signal }))
  expect(await world.fingerprint()).toBe(before)
  if (typeof type.undo === 'string') return
  const { answer, effect: done, artifacts } = await carriedOut(type, world, options)
  const after = await world.fingerprint()
  await cancelled(type.undo.run(inputsOf(world), outputsOf(answer), contextIn(world, done, { signal, artifacts })))
  expect(await world.fingerprint()).toBe(after)
}

async function livesThrough(type: ChangingStepType, world: ContractWorld, options: ContractOptions): Promise<void> {
  const {
    firstLook = 'absent',
    seenByOthers = true,
    applyAgain = type.effect === 'idempotent' || type.replayWindowMs !== undefined,
  } = options
  const before = await world.fingerprint()
  const { answer, effect, artifacts } = await carriedOut(type, world, options)
  expect(schemaMistakes(type.outputs, answer.outputs)).toEqual([])
  expectNoSecret(world, [answer, effect])
  const after = await world.fingerprint()
  if (seenByOthers) expect((await settled(type, world, {})).state).toBe('satisfied')
  if (applyAgain) {
    await apply(type, world, effect, { artifacts })
    expect((await settled(type, world, effect)).state).toBe('satisfied')
  }
  expect(await world.fingerprint()).toBe(after)
  if (typeof type.undo === 'string') return
  for (const _time of ['once', 'again after a crash']) {
    await type.undo.run(inputsOf(world), outputsOf(answer), contextIn(world, effect, { artifacts }))
    expect(await world.fingerprint()).toBe(before)
  }
  expect((await check(type, world, {})).state).toBe(firstLook)
}

async function clearsHalf(
  type: ChangingStepType,
  world: ContractWorld,
  leaveHalf: (world: ContractWorld) => Promise<void>,
): Promise<void> {
  if (typeof type.undo === 'string') throw new Error('what has no undo clears no half')
  const before = await world.fingerprint()
  await leaveHalf(world)
  const effect = { effectId: contractEffectId }
  expect((await check(type, world, effect)).state).toBe('partial')
  for (const _time of ['once', 'again after a crash']) {
    await type.undo.run(inputsOf(world), undefined, contextIn(world, effect))
    expect(await world.fingerprint()).toBe(before)
  }
}

async function failsAs(type: StepType, world: ContractWorld, failure: ContractFailure): Promise<void> {
  const first = failure.during === 'apply' ? await check(type, world, {}) : undefined
  const effect = { effectId: contractEffectId, ...(first?.state === 'different' ? { before: first.before } : {}) }
  const artifacts = memoryArtifacts()
  await failure.provoke(world)
  const error = await failureOf(
    failure.during === 'apply' ? apply(type, world, effect, { artifacts }) : check(type, world, {}),
    world,
  )
  expect(error).toMatchObject({ code: failure.code, outcomeUnknown: failure.outcomeUnknown ?? false })
  if (!(failure.recovers ?? failure.outcomeUnknown ?? false) || type.effect === 'read') return
  const again = await settled(type, world, effect)
  if (again.state === 'satisfied') return
  const answer = await apply(type, world, effect, { artifacts })
  const now = answer === undefined ? effect : { ...effect, answer }
  expect((await settled(type, world, now)).state).toBe('satisfied')
}

/** The protocol of one step as the engine runs it, without its journal. */
async function carriedOut(type: ChangingStepType, world: ContractWorld, { firstLook = 'absent' }: ContractOptions) {
  const artifacts = memoryArtifacts()
  const first = await check(type, world, {})
  expect(first.state).toBe(firstLook)
  const started: ContractEffect = {
    effectId: contractEffectId,
    ...(first.state === 'different' ? { before: first.before } : {}),
  }
  const given = await apply(type, world, started, { artifacts })
  const effect: ContractEffect = given === undefined ? started : { ...started, answer: given }
  const answer = await settled(type, world, effect, { artifacts })
  if (answer.state !== 'satisfied') throw new Error(`applied, then answered ${JSON.stringify(answer)}`)
  return { answer, effect, artifacts }
}

/** Far more looks than any simulator needs. */
const mostLooks = 100

async function settled(
  type: StepType,
  world: ContractWorld,
  effect: ContractEffect,
  parts: Parameters<typeof contextFor>[2] = {},
): Promise<CheckAnswer<JsonObject>> {
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const answer = await check(type, world, effect, parts)
    if (answer.state !== 'pending') return answer
    await world.letTimePass?.()
  }
  throw new Error(`still pending after ${mostLooks} looks`)
}

async function check(
  type: StepType,
  world: ContractWorld,
  effect: ContractEffect,
  parts: Parameters<typeof contextFor>[2] = {},
) {
  // outputs are held against their schema by the callers
  return (await type.check(inputsOf(world), contextIn(world, effect, parts))) as CheckAnswer<JsonObject>
}

async function apply(
  type: StepType,
  world: ContractWorld,
  effect: ContractEffect,
  parts: Parameters<typeof contextFor>[2],
) {
  if (type.effect === 'read') throw new Error(`${type.name} has no apply`)
  return type.apply(inputsOf(world), contextIn(world, effect, parts))
}

function contextIn(world: ContractWorld, effect: ContractEffect, parts: Parameters<typeof contextFor>[2] = {}) {
  const { target, now = Date.now, secretStore } = world
  const secrets = secretStore === undefined ? {} : { secrets: listening(world, secretStore) }
  return contextFor(target, effect, { now: () => now(), ...secrets, ...parts })
}

/** What steps made in a world and nobody may see. */
const madeSecrets = new WeakMap<ContractWorld, string[]>()

function listening(world: ContractWorld, store: SecretStore): SecretStore {
  return {
    async create(reference, make) {
      const secret = await store.create(reference, make)
      madeSecrets.set(world, [...(madeSecrets.get(world) ?? []), secret.reveal()])
      return secret
    },
  }
}

/** The inputs were held against the schema before. */
function inputsOf({ inputs }: ContractWorld): Static<TObject> {
  return inputs as Static<TObject>
}

/** The outputs were held against the schema by the answer's caller. */
function outputsOf({ outputs }: { readonly outputs: JsonObject }): Static<TObject> {
  return outputs as Static<TObject>
}

async function failureOf(work: Promise<unknown>, world: ContractWorld): Promise<StepError> {
  const error: unknown = await work.then(
    (value) => new Error(`it did not fail: ${inspect(value)}`),
    (reason: unknown) => reason,
  )
  expectNoSecret(world, error)
  if (!StepError.is(error)) throw error
  return error
}

function expectNoSecret(world: ContractWorld, value: unknown): void {
  const seen = inspect(value, { depth: 20, showHidden: false, maxStringLength: null, maxArrayLength: null })
  for (const secret of [...(world.secrets ?? []), ...(madeSecrets.get(world) ?? [])])
    expect(seen.includes(secret), 'a secret was seen').toBe(false)
}
