import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Static, TObject } from 'typebox'
import { Value } from 'typebox/value'
import { onTestFinished } from 'vitest'
import { RefusedLogins } from '../../../../engine/environment/refused-logins.ts'
import { createStoredFile, readStoredFile } from '../../../../engine/environment/secret-file-store.ts'
import { knownSecret } from '../../../../engine/environment/secrets.ts'
import type { CheckAnswer } from '../../../../engine/step/check-answer.ts'
import type { ApplyContext } from '../../../../engine/step/context.ts'
import { StepError } from '../../../../engine/step/errors.ts'
import type { Json, JsonObject } from '../../../../engine/step/json.ts'
import { Secret } from '../../../../engine/step/secret.ts'
import type { SecretStore } from '../../../../engine/step/secret-store.ts'
import type { ChangingStepType, StepType } from '../../../../engine/step/step-type.ts'
import { cloudHsmClientBinding } from '../../../../steps/cloudhsm/hsm-client/binding.ts'
import { asCloudHsmClient, type CloudHsmClient } from '../../../../steps/cloudhsm/hsm-client/client.ts'
import { clientConfig } from '../../../../steps/cloudhsm/hsm-client/config.ts'
import { memoryArtifacts } from '../../../contract/contract-context.ts'
import { openContext } from '../aws/sandbox.ts'
import { active, type Client, type Cluster, initialized } from './cli.ts'

export const people = ['alice', 'bob', 'carol', 'dave']

export interface HsmWorld {
  readonly machine: Client
  readonly clusterId: string
  /** Password files, state and quorum folder. */
  readonly folder: string
  readonly quorumFolder: string
  readonly passwords: string
  readonly secrets: SecretStore
  /** Opens the binding again, as another process of the same site does. */
  reopen(): Promise<CloudHsmClient>
  client: CloudHsmClient
}

export interface HsmWorldStart extends Cluster {
  readonly activate?: boolean
  readonly passwordStyle?: 'prompt' | 'environment' | 'argument'
  /** Other passwords in the files than in the cluster. */
  readonly wrong?: readonly string[]
  /** Users beside `admin` and `cu`. */
  readonly users?: JsonObject
}

/** A simulated cluster, a machine with the client software, and the binding on it as an environment would have it. */
export async function hsmWorld({ activate = true, ...start }: HsmWorldStart = {}): Promise<HsmWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-hsm-world-'))
  const quorumFolder = join(folder, 'quorum')
  const passwords = join(folder, 'passwords')
  for (const each of [quorumFolder, passwords]) mkdirSync(each, { mode: 0o700 })
  const held = { admins: people, folder: quorumFolder }
  const machine = activate
    ? await active({ ...start, people: held })
    : await initialized({ ...start, wanted: { cloudhsm: { people: held } } })
  if (activate)
    for (const name of ['admin', 'cu'])
      writePassword(
        passwords,
        name,
        start.wrong?.includes(name) === true ? 'not-the-password' : machine.passwordOf(name),
      )
  const users = {
    admin: { role: 'admin', password: `file:${join(passwords, 'admin')}` },
    cu: { role: 'crypto-user', password: `file:${join(passwords, 'cu')}` },
    ...start.users,
  }
  const entry = Value.Parse(clientConfig, {
    folder: machine.folder,
    endpoint: machine.hsm.endpoint,
    users,
    quorumFolder,
    passwords: start.passwordStyle ?? 'prompt',
  })
  const reopen = async (): Promise<CloudHsmClient> => {
    const opened = await cloudHsmClientBinding.open(
      entry,
      openContext({ name: 'hsmClient', login: loginOf(join(folder, 'state')) }),
    )
    onTestFinished(() => opened.close())
    return asCloudHsmClient(opened.capability)
  }
  const { clusterId } = machine
  const client = await reopen()
  return { machine, clusterId, folder, quorumFolder, passwords, secrets: secretStore(effectId), reopen, client }
}

export function writePassword(folder: string, name: string, password: string): void {
  writeFileSync(join(folder, name), password)
  chmodSync(join(folder, name), 0o600)
}

/** As the engine does it, with its own memory of refusals. */
function loginOf(
  state: string,
): Parameters<typeof openContext>[0] extends infer C
  ? C extends { login?: infer L }
    ? NonNullable<L>
    : never
  : never {
  mkdirSync(state, { recursive: true })
  const refused = new RefusedLogins(state)
  return async (credential, attempt) => {
    await refused.throwIfRefused('hsmClient', credential)
    const { reference } = credential
    const secret = new Secret(reference, readFileSync(reference.slice('file:'.length), 'utf8'))
    try {
      return await attempt(secret)
    } catch (error) {
      if (StepError.is(error) && error.code === 'authentication') await refused.remember('hsmClient', credential)
      throw error
    }
  }
}

/** Files only, as the engine stores them. */
export function secretStore(effectId: string): SecretStore {
  return {
    async create(reference, make) {
      if (!reference.startsWith('file:')) throw new StepError('invalid', 'nothing can be stored there')
      const place = { path: reference.slice('file:'.length), effectId, what: 'test' }
      const stored = await readStoredFile(place)
      if (stored !== undefined) return knownSecret(reference, stored)
      const made = await make()
      await createStoredFile(place, made)
      return knownSecret(reference, made)
    },
  }
}

export interface Moment {
  readonly effectId?: string | undefined
  readonly answer?: Json | undefined
  readonly before?: Json | undefined
  readonly existing?: 'refuse' | 'adopt'
  readonly signal?: AbortSignal
}

const artifacts = new WeakMap<HsmWorld, ApplyContext['artifacts']>()

export function artifactsOf(world: HsmWorld): ApplyContext['artifacts'] {
  const known = artifacts.get(world) ?? memoryArtifacts()
  artifacts.set(world, known)
  return known
}

export function contextOf(world: HsmWorld, moment: Moment = {}): ApplyContext<'hsm-client'> {
  const { clock } = world.machine.hsm.world
  return {
    target: world.client,
    run: { id: 'k3x9', runbook: 'test' },
    stepId: 'step',
    existing: moment.existing ?? 'refuse',
    // a first look has none, which the type of `apply` cannot say
    effectId: moment.effectId as string,
    answer: moment.answer,
    before: moment.before,
    secrets: world.secrets,
    artifacts: artifactsOf(world),
    signal: moment.signal ?? new AbortController().signal,
    now: () => clock.now(),
  }
}

/** Of this process alone: programs of an effect are looked for on the whole machine, where other tests run. */
export const effectId = `k3x9.${randomBytes(3).toString('hex')}`

/** Looks until it is no longer pending, as the engine does; time passes with the looks. */
export async function look<I extends TObject, O extends TObject>(
  type: StepType<I, O, 'hsm-client'>,
  inputs: Static<I>,
  world: HsmWorld,
  moment: Moment = {},
): Promise<Exclude<CheckAnswer<Static<O>>, { state: 'pending' }> & { readonly waited: readonly string[] }> {
  const waited: string[] = []
  for (let looks = 0; looks < 60; looks += 1) {
    const answer: CheckAnswer<Static<O>> = await type.check(inputs, contextOf(world, moment))
    if (answer.state !== 'pending') return { ...answer, waited }
    waited.push(answer.what)
    world.machine.hsm.world.pass(answer.lookAgainMs ?? type.wait?.everyMs ?? 5_000)
  }
  throw new Error(`it is pending for ever: ${waited.at(-1)}`)
}

/** The protocol of one step as the engine runs it, also of one with several requests. */
export async function carryOut<I extends TObject, O extends TObject>(
  type: ChangingStepType<I, O, 'hsm-client'>,
  inputs: Static<I>,
  world: HsmWorld,
  { effectId: id = effectId }: { readonly effectId?: string } = {},
): Promise<{ readonly outputs: Static<O>; readonly waited: readonly string[]; readonly answers: readonly Json[] }> {
  const first = await look(type, inputs, world)
  if (first.state === 'satisfied') return { outputs: first.outputs, waited: [], answers: [] }
  if (first.state !== 'absent' && first.state !== 'different') throw new Error(`it began ${JSON.stringify(first)}`)
  const before = first.state === 'different' ? first.before : undefined
  const waited: string[] = []
  const answers: Json[] = []
  for (let requests = 0; requests < 10; requests += 1) {
    const moment = { effectId: id, before, answer: answers.at(-1) }
    const answer = await type.apply(inputs, contextOf(world, moment))
    if (answer !== undefined) answers.push(answer)
    const seen = await look(type, inputs, world, { ...moment, answer: answers.at(-1) })
    waited.push(...seen.waited)
    if (seen.state === 'satisfied') return { outputs: seen.outputs, waited, answers }
    if (seen.state !== 'partial' || seen.next === undefined) throw new Error(`it ended ${JSON.stringify(seen)}`)
  }
  throw new Error('it never ends')
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
