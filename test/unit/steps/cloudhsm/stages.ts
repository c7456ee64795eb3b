import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Static, TObject } from 'typebox'
import type { Aws } from '../../../../engine/step/capabilities.ts'
import type { CheckAnswer } from '../../../../engine/step/check-answer.ts'
import type { ApplyContext } from '../../../../engine/step/context.ts'
import type { Json, JsonObject } from '../../../../engine/step/json.ts'
import type { ChangingStepType, ReadingStepType } from '../../../../engine/step/step-type.ts'
import { createCluster } from '../../../../steps/cloudhsm/create-cluster.ts'
import { createHsm } from '../../../../steps/cloudhsm/create-hsm.ts'
import { readCluster } from '../../../../steps/cloudhsm/read-cluster.ts'
import { requestCertificate } from '../../../../steps/cloudhsm/request-certificate.ts'
import { rootsIn } from '../../../../steps/cloudhsm/simulator/roots.ts'
import { contextFor } from '../../../contract/contract-context.ts'
import { openAws, TestWorld } from '../aws/sandbox.ts'
import { makeAnchor, pem, signedFor, startHsm, type Hsm, type HsmStart } from './hsm.ts'

/** A simulated CloudHSM as step types see it. */
export interface Stage extends Hsm {
  readonly aws: Aws
}

export async function startStage(options: HsmStart = {}): Promise<Stage> {
  const hsm = await startHsm(options)
  return { ...hsm, aws: await openAws(hsm.entry) }
}

export const effectId = 'k3x9.abcdef'

/** What a step of the engine knows at some moment. */
export interface Moment {
  readonly effectId?: string
  readonly answer?: Json
  readonly before?: Json
}

/** A context on the sandbox's clock; without an effect id it is a first look. */
export function contextAt({ aws, world }: Pick<Stage, 'aws' | 'world'>, moment: Moment = {}): ApplyContext<'aws'> {
  return contextFor(aws, moment, { now: world.clock.now })
}

type Step<I extends TObject, O extends TObject> = ChangingStepType<I, O, 'aws'> | ReadingStepType<I, O, 'aws'>

/** Looks until the answer is no longer `pending`, as the engine does; the simulator moves time. */
export async function settled<I extends TObject, O extends TObject>(
  stage: Pick<Stage, 'aws' | 'world'>,
  step: Step<I, O>,
  inputs: Static<I>,
  moment: Moment = {},
): Promise<Exclude<CheckAnswer<Static<O>>, { state: 'pending' }>> {
  for (let looks = 0; looks < 50; looks += 1) {
    const answer = await step.check(inputs, contextAt(stage, moment))
    if (answer.state !== 'pending') return answer
  }
  throw new Error('it is pending for ever')
}

/** What a reading step finds. */
export async function found<I extends TObject, O extends TObject>(
  stage: Pick<Stage, 'aws' | 'world'>,
  step: ReadingStepType<I, O, 'aws'>,
  inputs: Static<I>,
): Promise<Static<O>> {
  const answer = await settled(stage, step, inputs)
  if (answer.state !== 'satisfied') throw new Error(`it found ${JSON.stringify(answer)}`)
  return answer.outputs
}

/** Carries a step out as the engine does when nothing goes wrong, however many requests it takes. Each step type has an effect id. */
export async function done<I extends TObject, O extends TObject>(
  stage: Pick<Stage, 'aws' | 'world'>,
  step: ChangingStepType<I, O, 'aws'>,
  inputs: Static<I>,
  id = `k3x9.${step.name}`,
): Promise<Static<O>> {
  const first = await settled(stage, step, inputs)
  if (first.state === 'satisfied') return first.outputs
  let moment: Moment = { effectId: id, ...(first.state === 'different' ? { before: first.before } : {}) }
  let last: unknown = first
  for (let requests = 0; requests < 30; requests += 1) {
    const answer = await step.apply(inputs, contextAt(stage, moment))
    if (answer !== undefined) moment = { ...moment, answer }
    const next = await settled(stage, step, inputs, moment)
    if (next.state === 'satisfied') return next.outputs
    if (next.state !== 'partial' || isDeepStrictEqual(next, last)) throw new Error(`it ended ${JSON.stringify(next)}`)
    last = next
  }
  throw new Error('it takes requests for ever')
}

export const wantedCluster = ({ subnets }: Pick<Stage, 'subnets'>, changed = {}) => ({
  name: 'example-root',
  hsmType: 'hsm2m.medium',
  mode: 'FIPS' as const,
  subnetIds: [...subnets],
  backupRetentionDays: 90,
  ...changed,
})

export const zone = 'us-east-1a'

/** An UNINITIALIZED cluster with its first HSM. */
export async function uninitialized(stage: Stage, changed = {}) {
  const { clusterId } = await done(stage, createCluster, wantedCluster(stage, changed))
  const hsm = await done(stage, createHsm, { clusterId, availabilityZone: zone })
  return { clusterId, hsm }
}

/** What a cluster can be initialized with. */
export async function certified(stage: Stage, clusterId: string, anchor = makeAnchor()) {
  const { csrPem, csrSha256 } = await found(stage, requestCertificate, { clusterId })
  return {
    clusterId,
    certificatePem: pem(signedFor(csrPem, anchor)),
    trustAnchorPem: pem(anchor.certificate),
    csrSha256,
  }
}

/** The sandbox's roots in the place of those of AWS and of the manufacturer. */
export function rootsOf({ world }: Pick<Stage, 'world'>) {
  const { aws, manufacturer } = rootsIn(join(world.folder, 'cloudhsm'), Date.now())
  return { awsRootPem: aws.certificatePem, manufacturerRootPem: manufacturer.certificatePem }
}

/** What a rehearsal file is told of a cluster that is there from the beginning. */
export interface Seeded {
  readonly id: string
  readonly backupId: string
  readonly hsms: readonly { readonly eniId: string; readonly eniIp: string; readonly availabilityZone: string }[]
}

/** Folders of sandboxes in which a cluster is there already: making keys takes most of the time. */
const folders = new Map<string, string>()

/** A sandbox with this cluster, named `root`. */
export async function seeded(seed: JsonObject): Promise<{ readonly stage: Stage; readonly root: Seeded }> {
  const wanted = { cloudhsm: { clusters: { root: seed } } }
  const key = JSON.stringify(seed)
  if (!folders.has(key)) {
    const { running, world } = await startStage({ wanted })
    await running.stop()
    folders.set(key, world.folder)
  }
  const folder = mkdtempSync(join(tmpdir(), 'runbook-aws-'))
  cpSync(folders.get(key) ?? '', folder, { recursive: true })
  const stage = await startStage({ wanted, world: new TestWorld(folder) })
  // as the simulator makes it
  const { clusters } = stage.facts['cloudhsm'] as unknown as { readonly clusters: { readonly root: Seeded } }
  return { stage, root: clusters.root }
}

/** An ACTIVE cluster named `example-root` with one HSM, and the newest of its backups. */
export async function active(changed: JsonObject = {}) {
  const { stage, root } = await seeded({ name: 'example-root', hsms: 1, ...changed })
  const [hsm] = (await found(stage, readCluster, { clusterId: root.id })).hsms
  if (hsm?.eniId === undefined || hsm.eniIp === undefined) throw new Error(`${root.id} has no HSM`)
  const { eniId, eniIp, availabilityZone, hsmId } = hsm
  return { stage, clusterId: root.id, hsm: { eniId, eniIp, availabilityZone, hsmId }, backupId: root.backupId }
}
