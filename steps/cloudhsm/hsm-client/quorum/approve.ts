import type { Partial, Pending } from '../../../../engine/step/check-answer.ts'
import type { ApplyContext, CheckContext } from '../../../../engine/step/context.ts'
import { StepError } from '../../../../engine/step/errors.ts'
import type { Json, JsonObject } from '../../../../engine/step/json.ts'
import type { Secret } from '../../../../engine/step/secret.ts'
import type { CloudHsmClient } from '../client.ts'
import type { UserRole } from '../config.ts'
import type { QuorumDesk, QuorumService } from './desk.ts'
import { collectSignatures } from './signatures.ts'

/** What has to be approved, and by how many of whom. */
export interface Approval {
  readonly clusterId: string
  /** Who does it. */
  readonly as: string
  readonly service: QuorumService
  /** Of a service for keys: the key, as `--filter` takes it. */
  readonly key?: readonly string[]
  /** Signatures that it takes. */
  readonly needed: number
  /** Who can sign: users with a registered key. */
  readonly approvers: readonly string[]
  readonly role: UserRole
}

/** How often a new token is handed out before a step gives up: each lives ten minutes. */
const mostTokens = 12

/**
 * What a step answers whose effect is not there yet and takes signatures: `pending` while they are missing, `partial` when the next
 * request is due.
 *
 * @throws {StepError} `invalid` when it can never be approved, `timeout` when nobody signed for two hours
 */
export async function lookAtApproval(
  client: CloudHsmClient,
  approval: Approval,
  { effectId, signal, now }: Pick<CheckContext, 'signal' | 'now'> & { readonly effectId: string },
): Promise<Pending | Partial> {
  const desk = deskOf(client, approval)
  const request = desk.request(effectId)
  const count = desk.handedOut(effectId)
  const again = (what: string): Partial => ({ state: 'partial', what, next: `quorum token ${count + 1}` })
  if (request === undefined) return again('no quorum token is handed out')
  const { token } = request
  const { signatures, ignored } = await collected(desk, effectId, approval)
  const left = await request.secondsLeft(signal)
  if (left === undefined) {
    if (count >= mostTokens)
      throw new StepError('timeout', `${count} quorum tokens expired before enough people signed`, {
        hint: 'resume when the approvers are there',
      })
    return again(`quorum token \`${token.id}\` expired`)
  }
  if (signatures.length >= approval.needed)
    return { state: 'partial', what: `quorum token \`${token.id}\` is signed`, next: `use of ${token.id}` }
  const until = new Date(now() + left * 1000).toISOString().slice(11, 16)
  const has = signatures.length === 0 ? '' : `, has ${named(signatures.map(({ username }) => username))}`
  const besides = ignored.length === 0 ? '' : `; ignored: ${ignored.join('; ')}`
  const missing = approval.needed - signatures.length
  return {
    state: 'pending',
    what: `quorum token \`${token.id}\` waits for ${missing} of ${approval.needed} signatures of ${named(approval.approvers)}${has}, until ${until} UTC${besides}`,
  }
}

/** A command that needs approval. */
export interface ApprovedCommand {
  /** Without `--approval`. */
  readonly words: readonly string[]
  readonly option?: string
  /** Called when the signatures are there. */
  readonly newPassword?: () => Promise<Secret>
}

/**
 * Runs a command that needs approval when its token has enough signatures, else hands out a token.
 *
 * @returns what is journaled, and `data` of the answer when the command ran
 */
export async function runApproved(
  client: CloudHsmClient,
  approval: Approval,
  command: ApprovedCommand,
  { effectId, signal, now }: Pick<ApplyContext, 'effectId' | 'signal' | 'now'>,
): Promise<{ readonly answer: JsonObject; readonly data?: Json }> {
  const desk = deskOf(client, approval)
  const { clusterId, as, service, key, needed } = approval
  const wanted = { clusterId, as, service, key, effectId, signal, now }
  const request = desk.request(effectId)
  if (request !== undefined && (await request.secondsLeft(signal)) !== undefined) {
    const { id } = request.token
    const signatures = (await collected(desk, effectId, approval)).signatures.slice(0, needed)
    if (signatures.length < needed) return { answer: { waitsFor: id } }
    const { words, option } = command
    const newPassword = await command.newPassword?.()
    const parts = { words, ...(option === undefined ? {} : { option }) }
    const data = await desk.use(wanted, signatures, newPassword === undefined ? parts : { ...parts, newPassword })
    return { data, answer: { token: id, approvedBy: signatures.map(({ username }) => username) } }
  }
  const { id } = await desk.handOut(wanted)
  return { answer: { waitsFor: id } }
}

/** Whether a journaled answer says that the command itself was answered. */
export function wasDone(answer: unknown): boolean {
  return answer !== undefined && !(typeof answer === 'object' && answer !== null && 'waitsFor' in answer)
}

function deskOf({ quorum, name }: CloudHsmClient, { needed, approvers, service, clusterId }: Approval): QuorumDesk {
  if (quorum === undefined)
    throw new StepError('invalid', `binding \`${name}\` has no \`quorumFolder\`, and this needs ${needed} signatures`, {
      hint: 'name the folder where approvers find tokens and put signatures',
    })
  if (approvers.length < needed)
    throw new StepError(
      'invalid',
      `service \`${service}\` of cluster \`${clusterId}\` needs ${needed} signatures, and ${approvers.length === 0 ? 'nobody' : named(approvers)} registered a key`,
      { hint: 'let more approvers register their keys' },
    )
  return quorum
}

async function collected(desk: QuorumDesk, effectId: string, { approvers, role }: Approval) {
  const request = desk.request(effectId)
  if (request === undefined) return { signatures: [], ignored: [] }
  return collectSignatures(desk.folder, request.token, approvers, role)
}

function named(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}
